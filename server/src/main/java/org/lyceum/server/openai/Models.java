package org.lyceum.server.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Nearest;
import org.lyceum.server.http.HttpError;

/**
 * What this server answers with. A name that a request gives is only ever compared with these; it never becomes a path.
 *
 * @param language writes texts; null if there is none
 * @param embedding turns texts into vectors; null if there is none
 */
public record Models(@Nullable LanguageService language, @Nullable EmbeddingService embedding) {
    /** All names. */
    public List<String> names() {
        var names = new ArrayList<String>();
        Optional.ofNullable(language).map(LanguageService::name).ifPresent(names::add);
        Optional.ofNullable(embedding).map(EmbeddingService::name).ifPresent(names::add);
        return names;
    }

    /** The one that writes texts, if {@code name} is its. Throws {@link HttpError} otherwise. */
    LanguageService language(String name) {
        if (language != null && language.name().equals(name)) {
            return language;
        }
        if (embedding != null && embedding.name().equals(name)) {
            throw HttpError.unsupported("model", "The model '" + name + "' makes embeddings and writes no text; use /v1/embeddings.");
        }
        throw unknown(name);
    }

    /** The one that makes embeddings, if {@code name} is its. Throws {@link HttpError} otherwise. */
    EmbeddingService embedding(String name) {
        if (embedding != null && embedding.name().equals(name)) {
            return embedding;
        }
        if (language != null && language.name().equals(name)) {
            throw HttpError.unsupported("model", "The model '" + name
                    + "' writes text and makes no embeddings; start the server with --embedding-model to have some.");
        }
        throw unknown(name);
    }

    /** What {@code /v1/models} says of a name. Throws {@link HttpError} where there is none such. */
    LinkedHashMap<String, Object> describe(String name, long since) {
        if (!names().contains(name)) {
            throw unknown(name);
        }
        var described = new LinkedHashMap<String, Object>();
        described.put("id", name);
        described.put("object", "model");
        described.put("created", since);
        described.put("owned_by", "lyceum");
        if (language != null && language.name().equals(name)) {
            described.put("context_length", language.scheduler().context());
        }
        return described;
    }

    private HttpError unknown(String name) {
        return HttpError.unknownModel("There is no model '" + Fields.shown(name) + "' here; " + Nearest.hint(Fields.shown(name), names()));
    }
}
