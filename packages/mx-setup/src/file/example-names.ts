/** The setup files in `examples/`. */
export const exampleNames = ["goat", "tau2", "modal-eval"] as const;
