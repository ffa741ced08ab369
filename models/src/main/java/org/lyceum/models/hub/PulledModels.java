package org.lyceum.models.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/** Finds models in the hub's cache by their name on the hub. Asks nobody. */
public final class PulledModels {
    private PulledModels() {
    }

    /**
     * What {@code --model} means: {@code given} itself where there is such a file or folder, or where it is no name of a repository; else
     * the copy of {@code org/name[@revision]} in the cache, or of {@code org/name/file.gguf} in it. Throws {@link UserError} where the
     * cache has none, naming the command that fetches it.
     */
    public static Path locate(Path given) {
        return locate(given, HubSettings.of(System.getenv()));
    }

    static Path locate(Path given, HubSettings settings) {
        if (given.isAbsolute() || Files.exists(given)) {
            return given;
        }
        var text = given.toString().replace('\\', '/');
        var parts = text.split("/", 3);
        if (parts.length == 1) { // a name without an organisation is a path first
            return Repository.tryParse(text).flatMap(repository -> find(repository, settings)).orElse(given);
        }
        var repository = Repository.tryParse(parts[0] + "/" + parts[1]);
        if (repository.isEmpty() || parts.length == 3 && !Repository.isPlain(parts[2])) {
            return given;
        }
        if (parts.length == 3) {
            return new HubCache(settings.cache()).find(repository.get()).map(snapshot -> snapshot.resolve(parts[2])).filter(Files::exists)
                    .orElse(given);
        }
        return find(repository.get(), settings).orElseThrow(() -> new UserError("There is no file or folder " + text + ", and no model of "
                + "that name in " + settings.cache() + "; check the path, or fetch it with 'lyceum pull " + text + "'."));
    }

    private static Optional<Path> find(Repository repository, HubSettings settings) {
        return new HubCache(settings.cache()).find(repository).filter(HubCache::isComplete).map(PulledModels::model);
    }

    /** The model in {@code snapshot}: its only .gguf file where there is nothing else, or the folder. */
    static Path model(Path snapshot) {
        boolean weights = Files.exists(snapshot.resolve("model.safetensors"))
                || Files.exists(snapshot.resolve("model.safetensors.index.json"));
        return weights ? snapshot : gguf(snapshot).orElse(snapshot);
    }

    /** The only .gguf file in {@code snapshot}. Throws {@link UserError} where there are several, naming them. */
    static Optional<Path> gguf(Path snapshot) {
        try (Stream<Path> files = Files.walk(snapshot)) {
            var found = files.filter(file -> file.toString().endsWith(".gguf") && Files.exists(file)).sorted().toList();
            if (found.size() > 1) {
                throw new UserError(snapshot + " holds several .gguf files; name one of them: "
                        + String.join(", ", found.stream().map(file -> snapshot.relativize(file).toString()).toList()) + ".");
            }
            return found.stream().findFirst();
        } catch (IOException e) {
            throw IoErrors.reading(snapshot, e);
        }
    }
}
