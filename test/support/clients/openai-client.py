"""The openai package as anybody uses it: what its calls came to, as JSON. Base URL and key are in the environment."""

import json

from openai import OpenAI

client = OpenAI(max_retries=0)
model = "fake-model"
ask = [{"role": "user", "content": "What is 17 * 23?"}]
parameters = {
    "type": "object",
    "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
    "required": ["a", "b"],
}
tool = {"type": "function", "function": {"name": "multiply", "parameters": parameters}}
flat_tool = {"type": "function", "name": "multiply", "parameters": parameters, "strict": False}


def chat():
    reply = client.chat.completions.create(
        model=model, messages=ask, seed=9223372036854775807, extra_body={"min_tokens": 3, "guided_json": {"x": 1.0}}
    )
    return [reply.choices[0].message.content, reply.usage.total_tokens]


def chat_stream():
    with client.chat.completions.create(model=model, messages=ask, stream=True) as stream:
        return ["".join(c.delta.content or "" for chunk in stream for c in chunk.choices)]


def chat_stream_usage():
    options = {"include_usage": True}
    chunks = list(client.chat.completions.create(model=model, messages=ask, stream=True, stream_options=options))
    return [len(chunks), chunks[-1].usage.total_tokens, len(chunks[-1].choices)]


def tools():
    reply = client.chat.completions.create(model=model, messages=ask, tools=[tool])
    call = reply.choices[0].message.tool_calls[0]
    said = [{"role": "tool", "tool_call_id": call.id, "content": "391"}]
    after = client.chat.completions.create(
        model=model, messages=ask + [reply.choices[0].message.model_dump(exclude_none=True)] + said, tools=[tool]
    )
    return [call.function.name, call.function.arguments, after.choices[0].message.content]


def tools_stream():
    with client.chat.completions.stream(model=model, messages=ask, tools=[tool]) as stream:
        events = [event.type for event in stream]
        call = stream.get_final_completion().choices[0].message.tool_calls[0]
    return [call.function.name, call.function.arguments, events]


def responses():
    reply = client.responses.create(model=model, input="What is 17 * 23?")
    return [reply.output_text, reply.usage.total_tokens]


def responses_stream():
    events = list(client.responses.create(model=model, input="x", stream=True))
    return [[event.type for event in events], events[-1].response.output_text]


def responses_tools_stream():
    events = list(client.responses.create(model=model, input="x", tools=[flat_tool], stream=True))
    return [[event.type for event in events], events[-1].response.output[0].arguments]


def embeddings():
    return client.embeddings.create(model="fake-embedding", input="x").data[0].embedding


def models():
    return [one.id for one in client.models.list()]


parts = [chat, chat_stream, chat_stream_usage, tools, tools_stream]
parts += [responses, responses_stream, responses_tools_stream, embeddings, models]
print(json.dumps({part.__name__: part() for part in parts}))
