import { modelClient, type AskOnce, type ModelSettings } from "./model-client.ts";
import { responsesClient } from "./responses/responses-client.ts";
import { withTextCalls } from "./text-calls/with-text-calls.ts";

/** How to talk to a model. */
export interface ModelForm {
  api: "chat" | "responses";
  /** text: the model writes its calls into its reply */
  toolCalls: "native" | "text";
}

/** Connects to a model. */
export function openModel(settings: ModelSettings & ModelForm): AskOnce {
  const ask = settings.api === "responses" ? responsesClient(settings) : modelClient(settings);
  return settings.toolCalls === "text" ? withTextCalls(ask) : ask;
}
