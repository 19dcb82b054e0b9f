export {
  importImage,
  testContainers,
  type TestContainers,
} from "../../packages/backends/src/testing/container-image.ts";
