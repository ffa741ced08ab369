package org.lyceum.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;

/** The tokens of a tokenizer, both ways: their names as {@code tokenizer.json} writes them, their bytes, and which of them are special. */
public final class Vocabulary {
    private static final byte[] NO_BYTES = {};

    /** Names of the token that ends a document, in the order in which a file that does not say which one it is gets searched. */
    private static final List<String> ENDS = List.of("<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|eot_id|>", "<|im_end|>");

    /** Names of tokens that end a turn, a message or a text, in published chat models. */
    static final List<String> TURN_ENDS = List.of("<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<end_of_turn>", "<|end|>", "<|endoftext|>",
            "<|end_of_text|>", "<eos>", "</s>", "<|assistant_end|>");

    private final List<@Nullable String> tokens;
    private final List<byte[]> bytes;
    private final Map<String, Integer> ids;
    private final List<AddedToken> added;
    private final Map<String, Integer> specials = new LinkedHashMap<>();
    private final Set<Integer> specialIds = new HashSet<>();
    private final OptionalInt endOfText;
    private @Nullable AddedTokenFinder specialsFinder;

    /**
     * @param tokens    names by id; null where an id stands for nothing
     * @param added     tokens found in text before the model sees it
     * @param spell     the bytes of a token that was not added
     * @param endOfText the declared name of the token that ends a document, or null to look for a well-known one
     */
    Vocabulary(List<@Nullable String> tokens, List<AddedToken> added, Function<String, byte[]> spell, @Nullable String endOfText) {
        this(tokens, added, spell, content -> content.getBytes(StandardCharsets.UTF_8), endOfText);
    }

    /** @param spellAdded the bytes of a token that was added; elsewhere those of its name */
    Vocabulary(List<@Nullable String> tokens, List<AddedToken> added, Function<String, byte[]> spell, Function<String, byte[]> spellAdded,
            @Nullable String endOfText) {
        this.tokens = new ArrayList<>(tokens);
        this.added = List.copyOf(added);
        for (var token : added) {
            while (this.tokens.size() <= token.id()) {
                this.tokens.add(null);
            }
            this.tokens.set(token.id(), token.content());
            if (token.special()) {
                specials.put(token.content(), token.id());
                specialIds.add(token.id());
            }
        }
        this.bytes = new ArrayList<>(this.tokens.size());
        this.ids = HashMap.newHashMap(this.tokens.size());
        for (int id = 0; id < this.tokens.size(); id++) {
            var token = this.tokens.get(id);
            bytes.add(token == null ? NO_BYTES : spell.apply(token));
            if (token != null) {
                ids.put(token, id);
            }
        }
        for (var token : added) {
            bytes.set(token.id(), spellAdded.apply(token.content()));
        }
        this.endOfText = endOfText != null && ids.containsKey(endOfText)
                ? id(endOfText)
                : ENDS.stream().filter(specials::containsKey).findFirst().map(this::id).orElse(OptionalInt.empty());
    }

    /** One more than the largest id: the rows that an embedding needs. */
    public int size() {
        return tokens.size();
    }

    /** The id of {@code token}, written as {@code tokenizer.json} writes it. */
    public OptionalInt id(String token) {
        var id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The name of {@code id}, as {@code tokenizer.json} writes it; empty if the id stands for nothing. */
    public String token(int id) {
        var token = tokens.get(check(id));
        return token == null ? "" : token;
    }

    /** Names and ids of the special tokens. */
    public Map<String, Integer> specials() {
        return Collections.unmodifiableMap(specials);
    }

    /** The token that ends a document, if there is one. */
    public OptionalInt endOfText() {
        return endOfText;
    }

    /** The end of text and the special tokens whose names usually end a turn. */
    public Set<Integer> endIds() {
        var ids = new LinkedHashSet<Integer>();
        endOfText.ifPresent(ids::add);
        for (var name : TURN_ENDS) {
            if (specials.get(name) instanceof Integer id) {
                ids.add(id);
            }
        }
        return ids;
    }

    boolean isSpecial(int id) {
        return specialIds.contains(id);
    }

    /** Shared: callers must not write to it. */
    byte[] bytes(int id) {
        return bytes.get(check(id));
    }

    List<AddedToken> added() {
        return added;
    }

    AddedTokenFinder finder(boolean specialsToo) {
        return new AddedTokenFinder(added.stream().filter(token -> specialsToo || !token.special()).toList());
    }

    /** As {@link #finder(boolean)}, of those that are looked for in normalized text, or of the others. */
    AddedTokenFinder finder(boolean specialsToo, boolean normalized) {
        return new AddedTokenFinder(
                added.stream().filter(token -> (specialsToo || !token.special()) && token.normalized() == normalized).toList());
    }

    /** Finds special tokens, and no others. */
    synchronized AddedTokenFinder specialsFinder() {
        var finder = specialsFinder;
        if (finder == null) {
            finder = new AddedTokenFinder(added.stream().filter(AddedToken::special).toList());
            specialsFinder = finder;
        }
        return finder;
    }

    private int check(int id) {
        if (id < 0 || id >= tokens.size()) {
            throw new UserError("Token id " + id + " is outside the vocabulary, whose ids are 0 to " + (tokens.size() - 1)
                    + "; were these ids made by another tokenizer?");
        }
        return id;
    }
}
