package org.lyceum.models.huggingface;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.models.DecoderConfig;

/** GPT-2's keys. */
final class Gpt2Keys implements ConfigKeys {
    @Override
    public void write(DecoderConfig config, Map<String, @Nullable Object> keys) {
        keys.put("vocab_size", config.vocabularySize());
        keys.put("n_positions", config.context());
        keys.put("n_ctx", config.context());
        keys.put("n_embd", config.width());
        keys.put("n_layer", config.depth());
        keys.put("n_head", config.heads());
        keys.put("n_inner", config.hiddenWidth());
        keys.put("activation_function", "gelu_new");
        keys.put("layer_norm_epsilon", config.normEpsilon());
        keys.put("embd_pdrop", config.dropout());
        keys.put("resid_pdrop", config.dropout());
        keys.put("attn_pdrop", 0.0); // we never drop attention weights
        keys.put("scale_attn_weights", true);
        keys.put("scale_attn_by_inverse_layer_idx", false);
        keys.put("reorder_and_upcast_attn", false);
    }

    @Override
    public DecoderConfig read(ConfigJson json) {
        var activation = json.text("activation_function", "gelu_new");
        json.refuse(!List.of("gelu_new", "gelu_pytorch_tanh").contains(activation), "the activation_function '" + activation + "'");
        json.refuse(!json.flag("scale_attn_weights", true), "unscaled attention (scale_attn_weights)");
        json.refuse(json.flag("scale_attn_by_inverse_layer_idx", false), "attention scaled by layer (scale_attn_by_inverse_layer_idx)");
        json.refuse(json.flag("add_cross_attention", false), "cross-attention (add_cross_attention)");
        int width = json.integer("n_embd");
        return DecoderConfig.gpt2(json.integer("vocab_size"), json.integer("n_positions"), width, json.integer("n_layer"),
                json.integer("n_head")).with(c -> {
                    c.hiddenWidth = json.integer("n_inner", 4 * width);
                    c.normEpsilon = json.number("layer_norm_epsilon", 1e-5);
                    c.tiedEmbeddings = json.flag("tie_word_embeddings", true);
                    c.dropout = json.number("resid_pdrop", 0.1);
                });
    }
}
