"""Writes a llama of random numbers that has a few kilobytes, for tests of servers: tiny-gguf.py FILE"""

import sys

import numpy
from gguf import GGUFWriter, TokenType

WIDTH, HEADS, LAYERS, INNER, CONTEXT = 32, 2, 1, 64, 64

# The byte tokens of SentencePiece, so that every text can be split.
tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
types = [TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL] + [TokenType.BYTE] * 256

numbers = numpy.random.default_rng(7)
writer = GGUFWriter(sys.argv[1], "llama")
writer.add_context_length(CONTEXT)
writer.add_embedding_length(WIDTH)
writer.add_block_count(LAYERS)
writer.add_feed_forward_length(INNER)
writer.add_head_count(HEADS)
writer.add_head_count_kv(HEADS)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_rope_dimension_count(WIDTH // HEADS)
writer.add_vocab_size(len(tokens))
writer.add_tokenizer_model("llama")
writer.add_token_list(tokens)
writer.add_token_scores([0.0] * len(tokens))
writer.add_token_types(types)
writer.add_bos_token_id(1)
writer.add_eos_token_id(2)
writer.add_unk_token_id(0)


def add(name, *shape):
    values = numbers.standard_normal(shape) * 0.1 if len(shape) > 1 else numpy.ones(shape)
    writer.add_tensor(name, values.astype(numpy.float32))


add("token_embd.weight", len(tokens), WIDTH)
add("output_norm.weight", WIDTH)
add("output.weight", len(tokens), WIDTH)
for layer in range(LAYERS):
    block = f"blk.{layer}"
    add(f"{block}.attn_norm.weight", WIDTH)
    add(f"{block}.ffn_norm.weight", WIDTH)
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        add(f"{block}.{name}.weight", WIDTH, WIDTH)
    add(f"{block}.ffn_gate.weight", INNER, WIDTH)
    add(f"{block}.ffn_up.weight", INNER, WIDTH)
    add(f"{block}.ffn_down.weight", WIDTH, INNER)

writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
