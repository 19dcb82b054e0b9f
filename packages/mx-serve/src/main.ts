import { main } from "@mx/cli";
import { command } from "./command.ts";

await main(command);
