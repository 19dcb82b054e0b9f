/**
 * The end of an init: says that it is ready, waits for the nonce, and runs the command, which are its arguments. Plain
 * POSIX sh. `answers`: the descriptor that the nonce comes on; what is said goes to 3, and 5 is the command's stderr.
 * `before`: a line that is run last, in the process that becomes the command; `after`: lines that are run when it has ended.
 */
export function startCommand(o: { answers: number; before?: string; after?: string }): string {
  const { answers, before, after } = o;
  const close = answers === 3 ? "" : ` ${answers}<&-`;
  return `\
echo r >&3
(
  read -r mx_nonce <&${answers} || exit 125
  mx_failed() { mx_status=$?; trap - EXIT; printf 'x%s %s\\n' "$mx_nonce" "$mx_status" >&3; exit "$mx_status"; }
  trap mx_failed EXIT
${before === undefined ? "" : `  ${before}\n`}  # bash does not give descriptor 3 back when exec fails, so that it is asked first.
  [ -z "$BASH_VERSION" ] || command -v -- "$1" >/dev/null || { (exit 127); mx_failed; }
  # A shell keeps the 3 that it closes here above 9, to be closed by exec: the command does not get it.
  { exec "$@" 2>&5 5>&- 4>&-${close}; } 3>&-
)
${after === undefined ? "exit $?" : `mx_status=$?\n${after}exit "$mx_status"`}
`;
}
