package org.lyceum.worlds;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Markup;

/** A page, whole in itself, that shows a small world: who descends from whom and lives where, a story, an entry, and questions with reasons. */
final class WorldPage {
    private static final int MOST_DRAWN = 120;
    private static final int COLUMN = 92;
    private static final int ROW = 110;

    private final World world;
    private final Export.Plan plan;
    private final List<Question> questions;
    private final Realiser realiser;

    WorldPage(World world, Export.Plan plan, List<Question> questions) {
        this.world = world;
        this.plan = plan;
        this.questions = questions;
        this.realiser = new Realiser(world, plan.language());
    }

    String html() {
        var person = world.entities(Kind.PERSON).stream().filter(p -> world.now().objects(Relation.CHILD, p.id()).length > 0).findFirst()
                .orElse(world.entities(Kind.PERSON).getFirst());
        var teller = new Teller(world, plan.language(), plan.style());
        var title = "World " + world.seed() + ": " + world.entities(Kind.PERSON).size() + " people, "
                + (world.now().size() + world.given().size()) + " facts";
        return """
                <!doctype html>
                <html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title><style>
                body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
                svg { width: 100%%; height: auto; border: 1px solid #ddd } svg text { font-size: 12px; text-anchor: middle }
                li { margin: .5rem 0 } .shown { white-space: pre-line } summary { cursor: pointer } .type { color: #666; font-size: .85em } ul { padding-left: 1.2rem }
                @media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } svg { border-color: #444 } svg text { fill: #ddd } }
                </style></head><body><h1>%s</h1>
                <p>Lines go from parents to children, dashed lines join couples; a colour is the town where somebody lives in %d.</p>
                %s<h2>%s</h2><p>%s</p><h2>%s</h2><p>%s</p><h2>Questions</h2><ol>%s</ol></body></html>
                """
                .formatted(plan.language().code(), title, title, World.NOW, graph(), heading(teller.story(person.id(), plan.order())),
                        body(teller.story(person.id(), plan.order())), heading(teller.entry(person.id())), body(teller.entry(person.id())),
                        questions.stream().map(this::item).collect(Collectors.joining("\n")));
    }

    private static String heading(Document document) {
        return Markup.escape(document.title());
    }

    private static String body(Document document) {
        return Markup.escape(document.lines().stream().map(Document.Line::text).collect(Collectors.joining(" ")));
    }

    /** People in rows by generation, in the order of birth. */
    private String graph() {
        var rows = new TreeMap<Integer, Integer>();
        var places = new LinkedHashMap<Integer, int[]>();
        for (var person : world.entities(Kind.PERSON).stream().limit(MOST_DRAWN).toList()) {
            place(person.id(), rows, places);
            for (int spouse : world.now().objects(Relation.SPOUSE, person.id())) {
                place(spouse, rows, places);
            }
        }
        int width = 60 + COLUMN * rows.values().stream().mapToInt(i -> i).max().orElse(1);
        var svg = new StringBuilder("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Family graph\">".formatted(width,
                80 + ROW * rows.lastKey()));
        places.forEach((id, at) -> {
            for (int parent : world.now().objects(Relation.PARENT, id)) {
                edge(svg, places.get(parent), at, "stroke=\"#999\"");
            }
            for (int spouse : world.now().objects(Relation.SPOUSE, id)) {
                if (spouse > id) {
                    edge(svg, places.get(spouse), at, "stroke=\"#c66\" stroke-dasharray=\"4 3\"");
                }
            }
        });
        var towns = world.entities(Kind.TOWN).stream().map(Entity::id).toList();
        places.forEach((id, at) -> {
            int town = world.now().objects(Relation.LIVES_IN, id)[0];
            svg.append(
                    "<circle cx=\"%d\" cy=\"%d\" r=\"9\" fill=\"hsl(%d 60%% 55%%)\"><title>%s, %s</title></circle>".formatted(at[0], at[1],
                            360 * towns.indexOf(town) / towns.size(), Markup.escape(realiser.name(id)),
                            Markup.escape(realiser.name(town))));
            svg.append("<text x=\"%d\" y=\"%d\">%s</text>".formatted(at[0], at[1] + 24, Markup.escape(realiser.name(id))));
        });
        return svg.append("</svg>").toString();
    }

    private static void edge(StringBuilder svg, int @Nullable [] from, int[] to, String stroke) {
        if (from == null) {
            return; // one of the many that are not drawn
        }
        svg.append("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" %s/>".formatted(from[0], from[1], to[0], to[1], stroke));
    }

    private void place(int person, Map<Integer, Integer> rows, Map<Integer, int[]> places) {
        if (places.containsKey(person)) {
            return;
        }
        int row = generation(person);
        for (int spouse : world.now().objects(Relation.SPOUSE, person)) {
            row = Math.max(row, generation(spouse)); // couples stand side by side
        }
        int column = rows.merge(row, 1, Integer::sum) - 1;
        places.put(person, new int[]{60 + COLUMN * column, 40 + ROW * row});
    }

    private int generation(int person) {
        int deepest = 0;
        for (int parent : world.now().objects(Relation.PARENT, person)) {
            deepest = Math.max(deepest, generation(parent) + 1);
        }
        return deepest;
    }

    private String item(Question question) {
        var shown = question.view().text();
        return "<li><span class=\"type\">%s</span><details><summary>%s <b>%s</b></summary><p class=\"shown\">%s</p><ul>%s%s</ul></details></li>"
                .formatted(
                        question.type().name().toLowerCase(Locale.ROOT).replace('_', ' '), Markup.escape(question.text()),
                        Markup.escape(question.answers().getFirst()),
                        Markup.escape(shown), question.proofs().stream().map(this::tree).collect(Collectors.joining()),
                        question.steps().stream().map(s -> "<li>" + (s.correct() ? "✓ " : "✗ ") + Markup.escape(s.text()) + "</li>")
                                .collect(Collectors.joining()));
    }

    private String tree(Proof proof) {
        var fact = Markup.escape(plain(proof.fact()));
        return switch (proof) {
            case Proof.Given _ -> "<li>" + fact + "</li>";
            case Proof.Persists persists -> "<li>" + fact + " ← " + Markup.escape(plain(persists.event())) + "</li>";
            case Proof.Follows follows ->
                "<li>" + fact + " <span class=\"type\">" + Markup.escape(follows.rule().toString()) + "</span><ul>"
                        + follows.premises().stream().map(this::tree).collect(Collectors.joining()) + "</ul></li>";
        };
    }

    private String plain(Fact fact) {
        return realiser.sentence(fact, Phrasebook.of(plan.language()).of(fact.relation()).getFirst());
    }
}
