"""The litellm package as anybody uses it: what its calls came to, as JSON. Base URL and key are in the environment."""

import json

import litellm

litellm.num_retries = 0
same = {"model": "openai/fake-model", "messages": [{"role": "user", "content": "What is 17 * 23?"}]}
parameters = {
    "type": "object",
    "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
    "required": ["a", "b"],
}
tool = {"type": "function", "function": {"name": "multiply", "parameters": parameters}}


def chat():
    reply = litellm.completion(**same, seed=9223372036854775807, extra_body={"min_tokens": 3})
    return [reply.choices[0].message.content, reply.usage.total_tokens]


def chat_stream():
    chunks = list(litellm.completion(**same, stream=True))
    return ["".join(chunk.choices[0].delta.content or "" for chunk in chunks)]


def tools():
    call = litellm.completion(**same, tools=[tool]).choices[0].message.tool_calls[0]
    return [call.function.name, call.function.arguments]


def tools_stream():
    chunks = list(litellm.completion(**same, tools=[tool], stream=True))
    reply = litellm.stream_chunk_builder(chunks, messages=same["messages"])
    call = reply.choices[0].message.tool_calls[0]
    return [call.function.name, call.function.arguments, reply.choices[0].finish_reason]


def responses():
    reply = litellm.responses(model="openai/fake-model", input="What is 17 * 23?")
    return [reply.output[0].content[0].text, reply.usage.total_tokens]


def embeddings():
    return litellm.embedding(model="openai/fake-embedding", input=["x"], encoding_format="float").data[0]["embedding"]


parts = [chat, chat_stream, tools, tools_stream, responses, embeddings]
print(json.dumps({part.__name__: part() for part in parts}))
