package org.lyceum.models.hub;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fetches models from the Hugging Face hub, or from a server that speaks its protocol. */
public final class Hub {
    /** A description of a repository that is larger than this is none. */
    private static final int LARGEST_DESCRIPTION = 64 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final HubSettings settings;
    private final HubCache cache;

    /**
     * What is here after a pull.
     *
     * @param folder the snapshot: a folder with the repository's files under their own names
     * @param model what {@code --model} takes: the folder, or the .gguf file in it
     * @param commit of the repository
     * @param files fetched now or before
     * @param bytes of these
     * @param fetchedBytes that came over the network now
     * @param offline whether the hub was not asked, so that these may be older than what it has
     */
    public record Pulled(Path folder, Path model, String commit, int files, long bytes, long fetchedBytes, boolean offline) {
    }

    private record Description(String commit, List<HubFile> files) {
    }

    public Hub(HubSettings settings) {
        this.settings = settings;
        cache = new HubCache(settings.cache());
    }

    /**
     * Fetches what is missing of a model, into the cache.
     *
     * @param include globs over paths or file names; with none, what Lyceum needs: safetensors with their configuration and tokenizer, or
     *     the only .gguf file
     * @throws UserError where the hub refuses, a file is damaged on the way, the disk is full, or there is neither a hub nor a copy
     */
    public Pulled pull(Repository repository, List<String> include, HubListener listener) {
        if (settings.offline()) {
            return cached(repository, "HF_HUB_OFFLINE is set", listener);
        }
        try (var connection = new HubConnection(settings)) {
            Description description;
            try {
                description = describe(connection, repository);
            } catch (HubConnection.Unreachable e) {
                return cached(repository, String.valueOf(e.getMessage()), listener);
            }
            var files = FileChoice.of(repository, description.files(), include);
            try {
                return fetch(connection, repository, description.commit(), files, listener);
            } catch (HubConnection.Unreachable e) {
                throw new UserError(e.getMessage() + "; run the command again, it resumes.", e);
            }
        } catch (IOException e) {
            throw IoErrors.writing(settings.cache(), e);
        }
    }

    private Pulled cached(Repository repository, String why, HubListener listener) {
        var snapshot = cache.find(repository).filter(HubCache::isComplete).orElseThrow(() -> new UserError(
                why + ", and " + repository + " is not in " + settings.cache() + "; pull it where there is a network."));
        listener.note(why + ": using the copy of " + repository + " that was fetched before.");
        try (var paths = Files.walk(snapshot)) {
            var files = paths.filter(Files::isRegularFile).toList();
            long bytes = 0;
            for (var file : files) {
                bytes += Files.size(file);
            }
            return new Pulled(snapshot, PulledModels.model(snapshot), String.valueOf(snapshot.getFileName()), files.size(), bytes, 0, true);
        } catch (IOException e) {
            throw IoErrors.reading(snapshot, e);
        }
    }

    private Pulled fetch(HubConnection connection, Repository repository, String commit, List<HubFile> files, HubListener listener)
            throws IOException {
        long total = files.stream().mapToLong(HubFile::size).sum();
        long fetched = 0;
        try (var _ = cache.lock(repository, listener)) {
            requireSpace(repository, commit, files);
            long done = 0;
            for (var file : files) {
                if (!cache.holds(repository, commit, file)) {
                    long before = done;
                    fetched += new Download(connection, settings, repository, file, address(repository, commit, file),
                            cache.blob(repository, file))
                            .run(bytes -> listener.progress(file.path(), before + bytes, total));
                }
                if (Files.exists(cache.blob(repository, file))) {
                    cache.link(repository, commit, file);
                }
                done += file.size();
                listener.progress(file.path(), done, total);
            }
            cache.refer(repository, commit);
        }
        var folder = cache.snapshot(repository, commit);
        var ggufs = files.stream().map(HubFile::path).filter(path -> path.endsWith(".gguf")).toList();
        var model = ggufs.size() == 1 ? folder.resolve(ggufs.getFirst()) : folder;
        return new Pulled(folder, model, commit, files.size(), total, fetched, false);
    }

    private void requireSpace(Repository repository, String commit, List<HubFile> files) throws IOException {
        long missing = 0;
        for (var file : files) {
            if (!cache.holds(repository, commit, file)) {
                missing += file.size() - Math.min(file.size(), Download.begun(cache.blob(repository, file)));
            }
        }
        Files.createDirectories(settings.cache());
        long space = Files.getFileStore(settings.cache()).getUsableSpace();
        if (missing > space) {
            throw new UserError(
                    String.format("%s needs %.1f GB more, and the disk of %s has %.1f GB left; free some space, or set HF_HOME to "
                            + "another disk.", repository, missing / 1e9, settings.cache(), space / 1e9));
        }
    }

    // --- the hub's protocol -----------------------------------------------------------------------------------------------------------

    private URI address(Repository repository, String commit, HubFile file) {
        return at(repository.id() + "/resolve/" + commit + "/" + encoded(file.path()));
    }

    private URI at(String path) {
        return URI.create(settings.endpoint() + "/" + path);
    }

    private static String encoded(String path) {
        return Arrays.stream(path.split("/")).map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }

    private Description describe(HubConnection connection, Repository repository) throws IOException {
        // One segment even where the revision has a slash in it, refs/pr/1 for instance.
        var revision = URLEncoder.encode(repository.revision(), StandardCharsets.UTF_8).replace("+", "%20");
        var uri = at("api/models/" + repository.id() + "/revision/" + revision + "?blobs=true");
        var response = connection.get(repository, uri, Map.of("Accept", "application/json"));
        byte[] body;
        try (var in = response.body()) {
            body = in.readNBytes(LARGEST_DESCRIPTION + 1);
        } catch (IOException e) {
            throw new HubConnection.Unreachable(uri, e);
        }
        try {
            if (response.statusCode() != 200 || body.length > LARGEST_DESCRIPTION) {
                throw nonsense(null);
            }
            return description(JSON.readTree(body));
        } catch (JacksonException e) {
            throw nonsense(e);
        }
    }

    private Description description(JsonNode answer) {
        var commit = answer.path("sha").asString("");
        if (!Repository.isCommit(commit) || !answer.path("siblings").isArray()) {
            throw nonsense(null);
        }
        var files = new ArrayList<HubFile>();
        for (var sibling : answer.path("siblings")) {
            var path = sibling.path("rfilename").asString("");
            if (!Repository.isPlain(path)) {
                throw new UserError(
                        settings.endpoint().getHost() + " names a file '" + (path.length() > 80 ? path.substring(0, 80) + "…" : path)
                                + "' that would not lie in the repository's own folder; nothing was fetched.");
            }
            var large = sibling.path("lfs");
            var hash = large.isObject() ? large.path("sha256").asString("") : sibling.path("blobId").asString("");
            var size = large.isObject() ? large.path("size") : sibling.path("size");
            if (!HubFile.isHash(hash) || !size.canConvertToLong() || size.asLong() < 0) {
                throw nonsense(null);
            }
            files.add(new HubFile(path, size.asLong(), hash));
        }
        return new Description(commit, files);
    }

    private UserError nonsense(@Nullable Throwable cause) {
        return new UserError(settings.endpoint().getHost() + " does not answer as the Hugging Face hub does; check HF_ENDPOINT.", cause);
    }
}
