package org.lyceum.worlds.episodes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lyceum.worlds.View.Policy;

/**
 * Makes file systems of 4, 6 or 8 folders. Hidden is where a file is and the code in it; above difficulty 1 it may be nowhere, there is a
 * note on the code, and the file must be moved; at difficulty 3 it may be in an archive.
 */
final class ShellMaker {
    private static final List<String> FOLDERS = List.of("/data", "/docs", "/home", "/docs/old", "/home/ana", "/tmp", "/data/backup");
    private static final List<String> FILES = List.of("report.txt", "server.conf", "budget.csv", "letter.txt", "recipe.md", "todo.txt",
            "songs.csv",
            "draft.md");

    private final RandomGenerator random;
    private final int difficulty;
    private final Tongue tongue;
    private final List<Variable> variables = new ArrayList<>();
    private final List<Integer> start = new ArrayList<>();

    ShellMaker(RandomGenerator random, int difficulty, Tongue tongue) {
        this.random = random;
        this.difficulty = difficulty;
        this.tongue = tongue;
    }

    ShellWorld make() {
        var folders = new ArrayList<>(List.of("/"));
        folders.addAll(FOLDERS.subList(0, 2 * difficulty + 1));
        int destination = folders.size();
        folders.add("/archive");
        var places = new ArrayList<>(folders);
        places.add("backup.tar");
        places.add(tongue.say("nowhere", "en ningún sitio"));
        var codes = random.ints(1000, 10_000).distinct().limit(3).mapToObj(String::valueOf).toList();
        var values = Stream.concat(Stream.concat(Stream.of(tongue.say("nothing", "nada")), codes.stream()),
                Stream.of(tongue.say("something else", "otra cosa"))).toList();
        var names = shuffled(FILES);
        variable(tongue.say("current folder", "carpeta actual"), folders, 0);
        variable(tongue.say("given up", "rendido"), List.of("no", tongue.say("yes", "sí")), 0);
        variable("/answer.txt", values, 0);
        variable(names.getFirst() + tongue.say(" deleted", " borrado"), List.of("no", tongue.say("yes", "sí")), 0);
        variable(tongue.say("right code", "código correcto"), values, -1);
        variable(tongue.say("code in ", "código en ") + names.getFirst(), values, -1);
        variable(names.getFirst(), places, -1);
        int tar = 1 + random.nextInt(destination - 1);
        variable("backup.tar", places, tar);
        for (int i = 1; i <= difficulty + 1; i++) {
            variable(names.get(i), places, random.nextInt(destination));
        }
        return world(folders, names.subList(0, difficulty + 2), destination);
    }

    private ShellWorld world(List<String> folders, List<String> files, int destination) {
        int inArchive = folders.size();
        int nowhere = inArchive + 1;
        var candidates = new ArrayList<>(shuffled(IntStream.range(1, destination).boxed().toList()).subList(0, difficulty + 1));
        Collections.sort(candidates);
        if (difficulty == 3) {
            candidates.add(inArchive);
        }
        if (difficulty > 1) {
            candidates.add(nowhere);
        }
        var policy = difficulty == 3 && random.nextInt(3) == 0 ? Policy.FIRST : Policy.NEWEST;
        int told = 1 + random.nextInt(3);
        var note = difficulty == 1 ? null : note(files.getFirst(), told);
        boolean wins = note != null && Task.noteWins(policy, note.date());
        int[] begin = start.stream().mapToInt(i -> i).toArray();
        begin[ShellWorld.RIGHT] = wins ? told : -1;
        var worlds = new ArrayList<int[]>();
        for (int place : candidates) {
            for (int code = 1; code <= 3; code++) {
                var world = begin.clone();
                world[ShellWorld.FILE] = place;
                world[ShellWorld.CONTENT] = code;
                world[ShellWorld.RIGHT] = wins ? told : code;
                worlds.add(world);
            }
        }
        var task = new Task(variables, worlds, random.nextInt(worlds.size()), begin, policy, note);
        return new ShellWorld(folders, files, candidates, difficulty > 1 ? destination : -1, task, tongue);
    }

    private @Nullable Note note(String file, int told) {
        var code = variables.get(ShellWorld.RIGHT).values().get(told);
        return new Note(tongue.say("the code in " + file + " is " + code, "el código en " + file + " es " + code),
                Atom.is(ShellWorld.RIGHT, told),
                List.of(1, 2, 4, 5).get(random.nextInt(4)));
    }

    private void variable(String name, List<String> values, int begin) {
        variables.add(new Variable(name, values));
        start.add(begin);
    }

    private <T> List<T> shuffled(List<T> all) {
        var list = new ArrayList<>(all);
        Collections.shuffle(list, Random.from(random));
        return list;
    }
}
