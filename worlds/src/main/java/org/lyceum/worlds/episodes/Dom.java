package org.lyceum.worlds.episodes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lyceum.foundation.Markup;

/** A tree of elements and texts, as a browser holds a page. */
sealed interface Dom {
    /** An element with attributes in their order (an empty value stands for one without a value) and what is in it. */
    record Element(String tag, Map<String, String> attributes, List<Dom> children) implements Dom {
    }

    /** Characters. */
    record Text(String text) implements Dom {
    }

    /** An element without attributes. */
    static Element of(String tag, Dom... children) {
        return new Element(tag, Map.of(), List.of(children));
    }

    /** An element that holds a text. */
    static Element of(String tag, String text) {
        return of(tag, new Text(text));
    }

    /** The same with an attribute more. */
    static Element with(Element element, String name, String value) {
        var attributes = new LinkedHashMap<>(element.attributes);
        attributes.put(name, value);
        return new Element(element.tag, attributes, element.children);
    }

    /** As HTML: block elements on lines of their own, the rest in one line. */
    default String html() {
        return switch (this) {
            case Text text -> Markup.escape(text.text);
            case Element element -> {
                var open = new StringBuilder("<" + element.tag);
                element.attributes.forEach(
                        (name, value) -> open.append(' ').append(name).append(value.isEmpty() ? "" : "=\"" + Markup.escape(value) + "\""));
                var inner = new StringBuilder();
                boolean block = List.of("body", "form").contains(element.tag);
                element.children.forEach(child -> inner.append(block ? "\n" : "").append(child.html()));
                yield element.tag.equals("input") ? open + ">" : open + ">" + inner + (block ? "\n" : "") + "</" + element.tag + ">";
            }
        };
    }
}
