const nobody = 65_534;

/** Whom files belong to that are put into an image's layers: its user, or nobody where that has a name only. */
export function ownerOf(user: string): { uid: number; gid: number } {
  const [uid = "", gid = ""] = user.split(":");
  const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : null);
  if (uid === "" || uid === "root") return { uid: 0, gid: number(gid) ?? 0 };
  return { uid: number(uid) ?? nobody, gid: number(gid) ?? number(uid) ?? nobody };
}
