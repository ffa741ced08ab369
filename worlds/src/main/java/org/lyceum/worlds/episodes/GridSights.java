package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lyceum.worlds.Gender;
import org.lyceum.worlds.episodes.GridPlan.Door;
import org.lyceum.worlds.episodes.GridPlan.Item;
import org.lyceum.worlds.episodes.GridPlan.Spot;

/** What one is told of a grid and sees in it, in words and for people in a picture. */
record GridSights(GridPlan plan, Task task, Tongue tongue) {
    /** The place of what one carries: the one after the last piece of furniture. */
    private int carried() {
        return plan.spots().size();
    }

    /** What the agent is told first. */
    String instruction() {
        var lines = new ArrayList<String>();
        lines.add(tongue.say("You are in a house. Your task: pick up ", "Estás en una casa. Tu tarea: coger ")
                + plan.items().getFirst().name() + ".");
        lines.add(tongue.say("The plan (# wall, + door, . floor; a place is its column and its row, counted from 0 at the top left):",
                "El plano (# pared, + puerta, . suelo; un lugar es su columna y su fila, contadas desde 0 arriba a la izquierda):"));
        for (int y = 0; y < plan.height(); y++) {
            int row = y;
            lines.add(IntStream.range(0, plan.width()).mapToObj(x -> plan.room(x, row) >= 0 ? "." : plan.door(x, row) >= 0 ? "+" : "#")
                    .collect(Collectors.joining()));
        }
        for (int r = 0; r < plan.rooms().size(); r++) {
            int room = r;
            var at = plan.rooms().get(r);
            lines.add(capital(at.name()) + tongue.say(": from ", ": desde ") + GridMaker.cell(4 * at.column() + 1, 4 * at.row() + 1)
                    + tongue.say(" to ", " hasta ") + GridMaker.cell(4 * at.column() + 3, 4 * at.row() + 3)
                    + tongue.say(", with ", ", con ")
                    + tongue.list(
                            plan.spots().stream().filter(s -> s.room() == room).map(s -> s.name() + " " + GridMaker.cell(s.x(), s.y()))
                                    .toList(),
                            "and", "y")
                    + ".");
        }
        for (var door : plan.doors()) {
            lines.add(capital(door.name()) + " " + GridMaker.cell(door.x(), door.y()) + tongue.say(" joins ", " une ")
                    + plan.rooms().get(door.from()).name() + tongue.say(" and ", " y ") + plan.rooms().get(door.to()).name()
                    + tongue.say(" and is ", " y está ") + state(door, task.start().settled()) + ".");
        }
        for (var item : plan.items()) {
            if (item.candidates().size() > 1) {
                lines.add(capital(item.name()) + tongue.say(" is ", " está ") + tongue.list(
                        item.candidates().stream().map(c -> task.variables().get(item.variable()).values().get(c)).toList(), "or", "o")
                        + ".");
            }
        }
        var note = task.note();
        if (note != null) {
            lines.add(tongue.told(note, task.policy()));
        }
        lines.add(tongue.say(
                "You see the room you are in, and what is closed you must open where it stands. Commands: go north|south|east|west; open the "
                        + "COLOUR door; unlock the COLOUR door with the COLOUR key; open the box (or the like); pick up the THING; give up (if it "
                        + "is nowhere).",
                "Ves la habitación donde estás, y lo que está cerrado hay que abrirlo allí donde está. Órdenes: ir al norte|sur|este|oeste; abrir "
                        + "la puerta COLOR; desbloquear la puerta COLOR con la llave COLOR; abrir la caja (o lo que sea); coger COSA; rendirse "
                        + "(si no está en ningún sitio)."));
        return String.join("\n", lines);
    }

    private String state(Door door, int[] values) {
        return task.variables().get(door.variable()).values().get(values[door.variable()]);
    }

    /** The room in which one is, but not what is in closed furniture; in a doorway only that. */
    String seen(int[] values) {
        int x = plan.x(values);
        int y = plan.y(values);
        int room = plan.room(x, y);
        var here = GridMaker.cell(x, y);
        if (room < 0) {
            return tongue.say("You are in the doorway of ", "Estás en el hueco de ") + plan.doors().get(plan.door(x, y)).name() + ", "
                    + here
                    + ". " + carrying(values);
        }
        var lines = new ArrayList<String>();
        lines.add(tongue.say("You are in ", "Estás en ") + plan.rooms().get(room).name() + ", " + here + ".");
        for (int s = 0; s < plan.spots().size(); s++) {
            var spot = plan.spots().get(s);
            if (spot.room() == room) {
                lines.add(spot.closes() && values[spot.lid()] == 0
                        ? capital(spot.name()) + tongue.say(" is closed.", ending(" está cerrad", spot) + ".")
                        : capital(tongue.say(spot.closes() ? "in " : "on ", "en ")) + spot.name() + ": " + contents(s, values) + ".");
            }
        }
        for (var door : plan.doors()) {
            if (door.from() == room || door.to() == room) {
                lines.add(capital(door.name()) + tongue.say(" is ", " está ") + state(door, values) + ".");
            }
        }
        lines.add(carrying(values));
        return String.join(" ", lines);
    }

    private String contents(int where, int[] values) {
        var all = plan.items().stream().filter(i -> values[i.variable()] == where).map(Item::name).toList();
        return all.isEmpty() ? tongue.say("nothing", "nada") : tongue.list(all, "and", "y");
    }

    private String carrying(int[] values) {
        return plan.items().stream().noneMatch(i -> values[i.variable()] == carried())
                ? tongue.say("You carry nothing.", "No llevas nada.")
                : tongue.say("You carry ", "Llevas ") + contents(carried(), values) + ".";
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** A Spanish participle that agrees with a piece of furniture. */
    static String ending(String stem, Spot spot) {
        return stem + (spot.gender() == Gender.FEMININE ? "a" : "o");
    }

    /** The house from above, for people. */
    String picture(int[] values) {
        var svg = new StringBuilder(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" style=\"max-width:%dpx\">".formatted(plan.width() * 40,
                        plan.height() * 40, tongue.say("The house", "La casa"), plan.width() * 40));
        for (int y = 0; y < plan.height(); y++) {
            for (int x = 0; x < plan.width(); x++) {
                int door = plan.door(x, y);
                var fill = plan.room(x, y) >= 0 ? "#f4efe6" : door < 0 ? "#777" : plan.doors().get(door).colour().replace("golden", "gold");
                svg.append(
                        "<rect x=\"%d\" y=\"%d\" width=\"40\" height=\"40\" fill=\"%s\" stroke=\"#ccc\"/>".formatted(40 * x, 40 * y, fill));
                if (door >= 0) {
                    svg.append("<text x=\"%d\" y=\"%d\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">%s</text>".formatted(
                            40 * x + 20,
                            40 * y + 24, new String[]{"·", "+", "⚿"}[values[plan.doors().get(door).variable()]]));
                }
            }
        }
        for (int s = 0; s < plan.spots().size(); s++) {
            var spot = plan.spots().get(s);
            svg.append("<text x=\"%d\" y=\"%d\">%s</text>".formatted(40 * spot.x() + 20, 40 * spot.y() + 16, bare(spot.name())));
            int where = s;
            var lying = plan.items().stream().filter(i -> values[i.variable()] == where).map(i -> bare(i.name()))
                    .collect(Collectors.joining(", "));
            svg.append("<text x=\"%d\" y=\"%d\" font-size=\"8\" fill=\"#a22\">%s</text>".formatted(40 * spot.x() + 20, 40 * spot.y() + 32,
                    lying));
        }
        return svg
                .append("<circle cx=\"%d\" cy=\"%d\" r=\"6\" fill=\"#26c\"/></svg>".formatted(40 * plan.x(values) + 20,
                        40 * plan.y(values) + 22))
                .toString();
    }

    private static String bare(String name) {
        return name.substring(name.indexOf(' ') + 1);
    }
}
