package org.lyceum.inference.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Tells text from calls of tools in an answer that comes piece by piece. Text that may be the beginning of a call is held back; what looks
 * like a call and is none (damaged JSON, an unknown tool) comes out as the text that it was.
 */
public final class ToolCallReader {
    /** A part of an answer. */
    public sealed interface Part {
        /** What is no call. */
        record Text(String text) implements Part {
        }

        /** A call, without an id. */
        record Call(ToolCall call) implements Part {
        }
    }

    private final ToolFormat format;
    private final Set<String> tools;
    private final StringBuilder held = new StringBuilder();
    private boolean anyText; // that is not white space: then a Llama's { is no call any more
    private boolean inCall;

    /**
     * @param tools the names of those that may be called
     * @param inCall whether the prompt ended within a call already, as it does where one is forced
     */
    public ToolCallReader(ToolFormat format, Set<String> tools, boolean inCall) {
        this.format = format;
        this.tools = tools;
        this.inCall = inCall;
    }

    /** What is known once {@code piece} is there. */
    public List<Part> accept(String piece) {
        held.append(piece);
        return format == ToolFormat.LLAMA ? wholeAnswer() : tagged();
    }

    /** What is known once nothing more comes. */
    public List<Part> finish() {
        var parts = new ArrayList<Part>();
        if (inCall || (format == ToolFormat.LLAMA && !anyText)) {
            var rest = held.toString();
            call(rest, inCall && format == ToolFormat.HERMES ? format.opening() + rest : rest, parts);
        } else {
            text(held.toString().stripTrailing(), parts);
        }
        held.setLength(0);
        return parts;
    }

    private List<Part> wholeAnswer() {
        var parts = new ArrayList<Part>();
        var begin = held.toString().stripLeading();
        if (anyText || (!begin.isEmpty() && !begin.startsWith(format.opening()))) {
            text(held.toString(), parts);
            held.setLength(0);
        }
        return parts;
    }

    private List<Part> tagged() {
        var parts = new ArrayList<Part>();
        while (true) {
            int at = held.indexOf(inCall ? format.closing() : format.opening());
            if (at < 0) {
                break;
            }
            var before = held.substring(0, at);
            held.delete(0, at + (inCall ? format.closing() : format.opening()).length());
            if (inCall) {
                call(before, format.opening() + before + format.closing(), parts);
            } else {
                text(before.stripTrailing(), parts);
            }
            inCall = !inCall;
        }
        if (!inCall) {
            int safe = held.length() - beginning(format.opening());
            while (safe > 0 && Character.isWhitespace(held.charAt(safe - 1))) {
                safe--; // white space before a call belongs to neither
            }
            text(held.substring(0, safe), parts);
            held.delete(0, safe);
        }
        return parts;
    }

    /** How much of {@code tag} the held text ends with. */
    private int beginning(String tag) {
        for (int n = Math.min(tag.length() - 1, held.length()); n > 0; n--) {
            if (tag.startsWith(held.substring(held.length() - n))) {
                return n;
            }
        }
        return 0;
    }

    private void text(String text, List<Part> parts) {
        if (!text.isEmpty()) {
            anyText |= !text.isBlank();
            parts.add(new Part.Text(text));
        }
    }

    /** The call inside, or else {@code asText}. */
    private void call(String inside, String asText, List<Part> parts) {
        format.parse(inside, tools).ifPresentOrElse(call -> parts.add(new Part.Call(call)), () -> text(asText, parts));
    }
}
