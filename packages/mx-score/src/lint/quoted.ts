const longest = 60;

/**
 * Text that an agent or a model has chosen, for a message: in quotes, cut, and with everything escaped that could
 * steer a terminal or turn the direction of writing.
 */
export function quoted(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1).toWellFormed()}…` : text;
  return JSON.stringify(cut).replaceAll(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
