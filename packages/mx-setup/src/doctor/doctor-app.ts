/** The app on Modal whose sandboxes doctor makes. Nothing is kept in it. */
export const doctorApp = "mx-doctor";
