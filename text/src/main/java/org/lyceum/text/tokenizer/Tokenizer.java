package org.lyceum.text.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.lyceum.foundation.Digest;
import org.lyceum.foundation.WholeFiles;

/**
 * Text to token ids and back. All tokenizers are safe for use by many threads at once, and each of them is a Hugging Face
 * {@code tokenizer.json}: what {@link #save} writes, {@code transformers.AutoTokenizer} opens, with the same ids.
 *
 * <p>The {@code encode} methods add no tokens that the text does not hold. What a model wants around a text is its {@link #frame}, which
 * {@link #encodeFramed} adds.
 */
public sealed interface Tokenizer permits BytePairTokenizer, CharacterTokenizer, SentencePieceTokenizer, WordPieceTokenizer,
        HuggingFaceTokenizer {
    /**
     * The ids of {@code text} as plain text: the name of a special token in it, such as {@code <|endoftext|>}, is spelled out like any
     * other text. Use this for what users and documents say.
     */
    int[] encode(String text);

    /** The ids of {@code text}, where the name of a special token stands for that token. Use this for templates of your own. */
    int[] encodeWithSpecials(String text);

    /**
     * The ids of UTF-8 text as plain text, as {@link #encode(String)}. A byte-level tokenizer takes any bytes and gives them back
     * unchanged; the others throw {@link org.lyceum.foundation.UserError} at the first byte that is not valid UTF-8.
     */
    int[] encode(byte[] utf8);

    /**
     * The ids of a part of a longer text as plain text.
     *
     * @param first whether the part is where the text begins, which matters to a tokenizer that puts a space in front of it
     */
    default int[] encodePart(String text, boolean first) {
        return encode(text);
    }

    /**
     * The ids of a text that a template has put together from what it says itself and what users said. The name of a special token stands
     * for that token, as in {@link #encodeWithSpecials}, unless there is a {@code guard} in it: whoever fills in the template puts one
     * into every such name that is not the template's own (see {@link Guards}). The guards are left out of what is encoded.
     */
    default int[] encodeGuarded(String text, char guard) {
        return Guards.encode(this, text, guard);
    }

    /**
     * The bytes that {@code id} adds to a text, which may be a part of a character only (see {@link StreamingDecoder}); a special token's
     * are its name's.
     */
    byte[] bytes(int id);

    /** The tokens by name and id. */
    Vocabulary vocabulary();

    /** What its files say beside the model. */
    TokenizerSettings settings();

    /** The contents of {@code tokenizer.json}. */
    default String json() {
        return settings().json();
    }

    /** The contents of {@code tokenizer_config.json}. */
    default String configJson() {
        return settings().configJson();
    }

    /** The Jinja source of the chat template that came with the tokenizer. */
    default Optional<String> chatTemplate() {
        return settings().chatTemplate();
    }

    /** The tokens that its own post-processor puts around a text: a beginning for Llama and Gemma, {@code [CLS]} and {@code [SEP]} for BERT. */
    default Frame frame() {
        return settings().frame();
    }

    /** The ids of {@code text} as plain text with the {@link #frame} around them: what an encoder, or a base model's prompt, wants. */
    default int[] encodeFramed(String text) {
        return frame().around(encode(text));
    }

    /** The bytes of all {@code ids}, special tokens by name. */
    default byte[] decodeBytes(int[] ids) {
        var bytes = new ByteArrayOutputStream(ids.length * 4);
        for (int id : ids) {
            bytes.writeBytes(bytes(id));
        }
        return bytes.toByteArray();
    }

    /** The text of {@code ids}, special tokens by name; bytes that are not valid UTF-8 become U+FFFD. */
    default String decode(int[] ids) {
        return new String(decodeBytes(ids), StandardCharsets.UTF_8);
    }

    /** One more than the largest id: the rows that an embedding needs. */
    default int vocabularySize() {
        return vocabulary().size();
    }

    /** The id of {@code token}, written as {@code tokenizer.json} writes it. */
    default OptionalInt id(String token) {
        return vocabulary().id(token);
    }

    /** The name of {@code id}, as {@code tokenizer.json} writes it. */
    default String token(int id) {
        return vocabulary().token(id);
    }

    /** Names and ids of the special tokens. */
    default Map<String, Integer> specialTokens() {
        return vocabulary().specials();
    }

    /** Whether {@code id} marks structure rather than text. */
    default boolean isSpecial(int id) {
        return vocabulary().isSpecial(id);
    }

    /** The token that ends a document: the declared {@code eos_token}, or one of the usual names. */
    default OptionalInt endOfText() {
        return vocabulary().endOfText();
    }

    /** SHA-256 of {@code tokenizer.json}, in hexadecimal: equal for equal tokenizers however they came about. */
    default String fingerprint() {
        return Digest.sha256(json());
    }

    /** Writes {@code tokenizer.json} and {@code tokenizer_config.json} into {@code folder}. */
    default void save(Path folder) {
        WholeFiles.write(folder.resolve(TokenizerFiles.JSON), json());
        WholeFiles.write(folder.resolve(TokenizerFiles.CONFIG), configJson());
    }

    /** The tokens after which a model has nothing more to say: the end of text, and of special ones the usual ends of a turn. */
    default Set<Integer> endIds() {
        return vocabulary().endIds();
    }

    /**
     * The tokenizer in the metadata of a GGUF file.
     *
     * @param metadata its keys that begin with {@code tokenizer.}; lists of texts as {@link java.util.List}, of numbers as arrays
     * @param where    what to call the file in messages
     * @throws org.lyceum.foundation.UserError if it has none, or a damaged one, or one of a kind that is not known here
     */
    static Tokenizer ofGguf(Map<String, ?> metadata, String where) {
        return GgufTokenizers.read(metadata, where);
    }

    /**
     * The tokenizer as metadata of a GGUF file, the reverse of {@link #ofGguf}.
     *
     * @param rows rows of the model's embedding; those beyond the vocabulary get names of their own
     * @throws org.lyceum.foundation.UserError if GGUF has no way to say what this tokenizer does
     */
    default Map<String, Object> gguf(int rows) {
        return GgufTokenizerKeys.of(this, rows);
    }

    /**
     * The tokenizer of a {@code tokenizer.json} or of the folder that holds it. Byte-level BPE, SentencePiece's
     * BPE with byte fallback, BERT's WordPiece and character vocabularies run here; everything else runs in Hugging Face's own library.
     *
     * @throws org.lyceum.foundation.UserError if the file is missing, cut off, or something else
     */
    static Tokenizer load(Path fileOrFolder) {
        return TokenizerFiles.load(fileOrFolder);
    }
}
