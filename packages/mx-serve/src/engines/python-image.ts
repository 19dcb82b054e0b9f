/** Images that engines run in, by tag. */
export const pythonImage = {
  /** With a compiler and CUDA's headers, which FlashInfer and torch.compile need; Modal puts a Python into it. */
  cuda: "nvidia/cuda:12.9.0-devel-ubuntu22.04",
  slim: "python:3.12-slim-bookworm",
};
