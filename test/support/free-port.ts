export { freePort } from "../../packages/mx-proxy/src/testing/free-port.ts";
