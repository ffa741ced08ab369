package org.lyceum.worlds.episodes;

import static org.lyceum.worlds.episodes.FormWorld.GIVEN_UP;
import static org.lyceum.worlds.episodes.FormWorld.ON_SHOW;
import static org.lyceum.worlds.episodes.FormWorld.PAGE;
import static org.lyceum.worlds.episodes.FormWorld.SENT;
import static org.lyceum.worlds.episodes.FormWorld.STATE;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lyceum.worlds.episodes.FormWorld.Control;
import org.lyceum.worlds.episodes.FormWorld.Field;

/**
 * What one is told of a form and sees of it: a page at a time.
 *
 * @param sender the variable of the page with the button that sends the form
 * @param shower that of the page with the button that shows the number
 * @param shown the variable of the number that is shown
 * @param senders the pages where the first button may be; one more is none
 * @param showers those where the second may be
 */
record FormSights(List<String> pages, List<Field> fields, int sender, int shower, int shown, List<Integer> senders, List<Integer> showers,
        Task task, Tongue tongue) {
    FormSights {
        fields = List.copyOf(fields);
    }

    String send() {
        return tongue.say("Send", "Enviar");
    }

    String show() {
        return tongue.say("Show number", "Ver número");
    }

    String reset() {
        return tongue.say("Reset", "Borrar todo");
    }

    static String quoted(String text) {
        return "\"" + text + "\"";
    }

    /** What the agent is told first. */
    String instruction() {
        var lines = new ArrayList<String>();
        lines.add(tongue.say("Fill in the form and send it. Enter this:", "Rellena el formulario y envíalo. Introduce esto:"));
        for (var field : fields) {
            int right = task.start().settled()[field.right()];
            lines.add("- " + quoted(field.label()) + ": " + (field.control() == Control.TEXT && fields.indexOf(field) == 2
                    ? tongue.say("the button " + quoted(show()) + " shows it, on the page ",
                            "lo muestra el botón " + quoted(show()) + " en la página ")
                            + named(showers)
                    : field.control() == Control.CHECK
                            ? task.variables().get(field.variable()).values().get(right)
                            : quoted(task.variables().get(field.variable()).values().get(right))));
        }
        lines.add(tongue.say("The pages: ", "Las páginas: ")
                + IntStream.range(0, pages.size()).mapToObj(p -> quoted(pages.get(p)) + (fields.stream()
                        .anyMatch(f -> f.page() == p)
                                ? tongue.say(" with ", " con ")
                                        + tongue.list(fields.stream().filter(f -> f.page() == p).map(f -> quoted(f.label())).toList(),
                                                "and", "y")
                                : ""))
                        .collect(Collectors.joining("; "))
                + ".");
        lines.add(tongue.say("The button ", "El botón ") + quoted(send()) + tongue.say(" is on the page ", " está en la página ")
                + named(senders)
                + tongue.say("; it works when every field is filled in.", "; funciona cuando no queda ningún campo vacío."));
        var note = task.note();
        if (note != null) {
            lines.add(tongue.told(note, task.policy()));
        }
        lines.add(tongue.say(
                "Commands: click \"TEXT\"; type \"TEXT\" into \"FIELD\"; select \"OPTION\" in \"FIELD\"; check \"FIELD\"; give up (if it cannot "
                        + "be sent).",
                "Órdenes: pulsar \"TEXTO\"; escribir \"TEXTO\" en \"CAMPO\"; elegir \"OPCIÓN\" en \"CAMPO\"; marcar \"CAMPO\"; rendirse (si no se puede "
                        + "enviar)."));
        return String.join("\n", lines);
    }

    private String named(List<Integer> some) {
        return tongue.list(some.stream().map(p -> p == pages.size() ? tongue.say("none", "ninguna") : quoted(pages.get(p))).toList(), "or",
                "o");
    }

    /** The page that is open. */
    Dom page(int[] values) {
        if (values[STATE] == SENT) {
            return Dom.of("body", Dom.of("p", tongue.say("Thank you. The form was sent.", "Gracias. El formulario se ha enviado.")));
        }
        if (values[STATE] == GIVEN_UP) {
            return Dom.of("body", Dom.of("p", tongue.say("You give up.", "Te rindes.")));
        }
        var body = new ArrayList<Dom>();
        body.add(Dom.of("h1", pages.get(values[PAGE])));
        body.add(Dom.of("nav", pages.stream().map(p -> Dom.of("a", p)).toArray(Dom[]::new)));
        for (var field : fields) {
            if (field.page() == values[PAGE]) {
                body.add(Dom.of("label", new Dom.Text(field.label() + " "), control(field, values[field.variable()])));
            }
        }
        if (values[shower] == values[PAGE]) {
            body.add(Dom.of("button", show()));
            if (values[ON_SHOW] == 1) {
                body.add(Dom.of("p",
                        tongue.say("Customer number: ", "Número de cliente: ") + task.variables().get(shown).values().get(values[shown])
                                + " (" + tongue.day(Task.RECORDED) + ")"));
            }
        }
        body.add(Dom.of("button", reset()));
        if (values[sender] == values[PAGE]) {
            boolean works = fields.stream().allMatch(f -> values[f.variable()] > 0);
            body.add(works ? Dom.of("button", send()) : Dom.with(Dom.of("button", send()), "disabled", ""));
        }
        return Dom.of("body", body.toArray(Dom[]::new));
    }

    private Dom control(Field field, int value) {
        var entry = task.variables().get(field.variable()).values().get(value);
        return switch (field.control()) {
            case TEXT -> {
                var input = Dom.with(Dom.of("input"), "type", "text");
                yield value == 0 ? input : Dom.with(input, "value", entry);
            }
            case CHECK -> {
                var box = Dom.with(Dom.of("input"), "type", "checkbox");
                yield value == 0 ? box : Dom.with(box, "checked", "");
            }
            case SELECT -> Dom.of("select", Stream.concat(Stream.of(""), field.entries().stream())
                    .map(e -> e.equals(value == 0 ? "" : entry) ? Dom.with(Dom.of("option", e), "selected", "") : Dom.of("option", e))
                    .toArray(Dom[]::new));
        };
    }

    /** The same for people. */
    String picture(int[] values) {
        return "<div class=\"screen\" inert>"
                + page(values).html().replaceFirst("<body>", "").replaceFirst("</body>", "").replace("<h1>", "<h4>")
                        .replace("</h1>", "</h4>").replace("<a>", "<a style=\"margin-right:1em;text-decoration:underline\">")
                + "</div>";
    }
}
