package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.worlds.Lexicon;
import org.lyceum.worlds.View.Policy;
import org.lyceum.worlds.episodes.FormWorld.Control;
import org.lyceum.worlds.episodes.FormWorld.Field;

/**
 * Makes forms of 2, 3 or 4 pages. Hidden is on which page the button that sends is, and (above difficulty 1) whether there is one, and a
 * number to enter that another button shows somewhere. A note gives the number too: right or outdated, and sometimes newer than what the
 * page shows.
 */
final class FormMaker {
    private static final List<String> TOWNS = List.of("Malay", "Tatora", "Vesino", "Lurema", "Cadona", "Pirel");

    private final RandomGenerator random;
    private final int difficulty;
    private final Tongue tongue;
    private final List<Variable> variables = new ArrayList<>();
    private final List<Integer> start = new ArrayList<>();

    FormMaker(RandomGenerator random, int difficulty, Tongue tongue) {
        this.random = random;
        this.difficulty = difficulty;
        this.tongue = tongue;
    }

    FormWorld make() {
        var pages = Stream.of(tongue.say("Person", "Persona"), tongue.say("Delivery", "Entrega"), tongue.say("Order", "Pedido"),
                tongue.say("Account", "Cuenta")).limit(difficulty + 1).toList();
        variable(tongue.say("page", "página"), pages, 0);
        variable(tongue.say("form", "formulario"), List.of(tongue.say("open", "abierto"), tongue.say("sent", "enviado"),
                tongue.say("given up", "abandonado")), 0);
        variable(tongue.say("number on show", "número a la vista"), List.of("no", tongue.say("yes", "sí")), 0);
        var fields = new ArrayList<Field>();
        var names = shuffled(Stream.concat(Lexicon.MEN.stream(), Lexicon.WOMEN.stream()).toList());
        var towns = shuffled(TOWNS);
        fields.add(field(tongue.say("Name", "Nombre"), Control.TEXT, 0, names.subList(0, 2)));
        fields.add(field(tongue.say("Town", "Pueblo"), Control.SELECT, 1, towns.subList(0, 3)));
        var numbers = numbers();
        if (difficulty > 1) {
            fields.add(field(tongue.say("Customer number", "Número de cliente"), Control.TEXT, 2, numbers));
        }
        if (difficulty > 2) {
            var colours = shuffled(Lexicon.COLOURS).subList(0, 3).stream().map(c -> tongue.say(c.english(), c.masculine())).toList();
            fields.add(field(tongue.say("Colour", "Color"), Control.SELECT, 2, colours));
            fields.add(field(tongue.say("I accept the terms", "Acepto las condiciones"), Control.CHECK, 3,
                    List.of(tongue.say("checked", "marcado"))));
        }
        int sender = variable(tongue.say("page of the button Send", "página del botón Enviar"), nullable(pages), -1);
        int shower = variable(tongue.say("page of the button Show number", "página del botón Ver número"), nullable(pages),
                difficulty == 1 ? pages.size() : -1);
        int shown = variable(tongue.say("number that the page shows", "número que muestra la página"), values(Control.TEXT, numbers),
                difficulty == 1 ? 1 : -1);
        return world(pages, fields, sender, shower, shown);
    }

    private FormWorld world(List<String> pages, List<Field> fields, int sender, int shower, int shown) {
        var policy = difficulty == 3 && random.nextInt(3) == 0 ? Policy.FIRST : Policy.NEWEST;
        var senders = some(pages.size(), difficulty == 1 ? 2 : difficulty);
        if (difficulty > 1) {
            senders.add(pages.size()); // nowhere
        }
        var showers = some(pages.size(), difficulty);
        int told = 1 + random.nextInt(3);
        var note = difficulty == 1 ? null : note(fields.get(2), told);
        boolean wins = note != null && Task.noteWins(policy, note.date());
        int[] begin = start.stream().mapToInt(i -> i).toArray();
        if (difficulty > 1) {
            begin[fields.get(2).right()] = wins ? told : -1;
        }
        var worlds = new ArrayList<int[]>();
        for (int send : senders) {
            for (int show : difficulty == 1 ? List.of(begin[shower]) : showers) {
                for (int number = 1; number <= (difficulty == 1 ? 1 : 3); number++) {
                    var world = begin.clone();
                    world[sender] = send;
                    world[shower] = show;
                    world[shown] = number;
                    if (difficulty > 1) {
                        world[fields.get(2).right()] = wins ? told : number;
                    }
                    worlds.add(world);
                }
            }
        }
        var task = new Task(variables, worlds, random.nextInt(worlds.size()), begin, policy, note);
        return new FormWorld(new FormSights(pages, fields, sender, shower, shown, senders, showers, task, tongue));
    }

    private @Nullable Note note(Field field, int told) {
        var value = variables.get(field.right()).values().get(told);
        int date = List.of(1, 2, 4, 5).get(random.nextInt(4));
        return new Note(tongue.say("the customer number is ", "el número de cliente es ") + value, Atom.is(field.right(), told), date);
    }

    private int variable(String name, List<String> values, int begin) {
        variables.add(new Variable(name, values));
        start.add(begin);
        return variables.size() - 1;
    }

    /** A field that begins empty, and what is to be entered: the first of {@code entries}, unless it is hidden. */
    private Field field(String label, Control control, int page, List<String> entries) {
        var values = values(control, entries);
        int right = variable(tongue.say("right: ", "correcto: ") + label, values, 1 + (control == Control.SELECT ? random.nextInt(3) : 0));
        return new Field(label, control, page, variable(label, values, 0), right, entries);
    }

    private List<String> values(Control control, List<String> entries) {
        var values = new ArrayList<>(List.of(tongue.say("empty", "vacío")));
        values.addAll(entries);
        if (control == Control.TEXT) {
            values.add(tongue.say("something else", "otra cosa"));
        }
        return values;
    }

    private List<String> nullable(List<String> pages) {
        return Stream.concat(pages.stream(), Stream.of(tongue.say("none", "ninguna"))).toList();
    }

    private List<String> numbers() {
        return random.ints(1000, 10_000).distinct().limit(3).mapToObj(String::valueOf).toList();
    }

    private List<Integer> some(int of, int count) {
        var all = new ArrayList<Integer>();
        for (int i = 0; i < of; i++) {
            all.add(i);
        }
        var some = new ArrayList<>(shuffled(all).subList(0, count));
        Collections.sort(some);
        return some;
    }

    private <T> List<T> shuffled(List<T> all) {
        var list = new ArrayList<>(all);
        Collections.shuffle(list, Random.from(random));
        return list;
    }
}
