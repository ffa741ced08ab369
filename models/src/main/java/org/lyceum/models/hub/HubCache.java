package org.lyceum.models.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import org.lyceum.foundation.WholeFiles;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder that the hub's Python library keeps its files in: for each repository {@code blobs/} (contents by hash), {@code refs/} (the
 * commit of a branch or tag) and {@code snapshots/<commit>/} (a repository's files, as links to blobs).
 *
 * @param root the folder with {@code models--org--name} in it
 */
record HubCache(Path root) {
    Path blob(Repository repository, HubFile file) {
        return folder(repository).resolve("blobs").resolve(file.hash());
    }

    Path snapshot(Repository repository, String commit) {
        return folder(repository).resolve("snapshots").resolve(commit);
    }

    private Path folder(Repository repository) {
        return root.resolve(repository.folderName());
    }

    /** The snapshot that {@code repository} last meant; empty where none is here. */
    Optional<Path> find(Repository repository) {
        var ref = folder(repository).resolve("refs").resolve(repository.revision());
        var commit = repository.revision();
        if (!Repository.isCommit(commit)) {
            if (!Files.isRegularFile(ref)) {
                return Optional.empty();
            }
            try {
                commit = Files.readString(ref).strip();
            } catch (IOException e) {
                throw IoErrors.reading(ref, e);
            }
        }
        return Repository.isCommit(commit) ? Optional.of(snapshot(repository, commit)).filter(Files::isDirectory) : Optional.empty();
    }

    void refer(Repository repository, String commit) {
        if (!Repository.isCommit(repository.revision())) {
            WholeFiles.write(folder(repository).resolve("refs").resolve(repository.revision()), commit);
        }
    }

    /** Lets {@code file} appear in the snapshot: a link to its blob, or the blob itself where the system has no links. */
    void link(Repository repository, String commit, HubFile file) throws IOException {
        var snapshot = snapshot(repository, commit);
        var name = snapshot.resolve(file.path());
        var blob = blob(repository, file);
        var parent = Objects.requireNonNull(name.getParent());
        Files.createDirectories(parent);
        if (Files.exists(name)) {
            return;
        }
        Files.deleteIfExists(name); // a link to nothing
        try {
            Files.createSymbolicLink(name, parent.relativize(blob));
        } catch (FileAlreadyExistsException _) {
            return; // another process was quicker
        } catch (IOException | UnsupportedOperationException _) {
            Files.copy(blob, name, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Whether the snapshot holds the whole of {@code file}, also where it was copied into it. */
    boolean holds(Repository repository, String commit, HubFile file) throws IOException {
        var blob = blob(repository, file);
        if (Files.isRegularFile(blob) && Files.size(blob) == file.size()) {
            return true;
        }
        var name = snapshot(repository, commit).resolve(file.path());
        return Files.isRegularFile(name, LinkOption.NOFOLLOW_LINKS) && Files.size(name) == file.size();
    }

    /** A file that only one process at a time holds. Waits for another that does. */
    Lock lock(Repository repository, HubListener listener) throws IOException {
        var file = root.resolve(".locks").resolve(repository.folderName()).resolve("pull.lock");
        Files.createDirectories(file.getParent());
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            for (boolean told = false;; told = true) {
                var lock = tryLock(channel);
                if (lock != null) {
                    return new Lock(channel, lock);
                }
                if (!told) {
                    listener.note("Another process is fetching " + repository.id() + "; waiting for it.");
                }
                Thread.sleep(100);
            }
        } catch (InterruptedException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted while waiting for another process that fetches " + repository.id() + ".", e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) { // held by this process, in another thread
            return null;
        }
    }

    /** A held lock. */
    record Lock(FileChannel channel, FileLock lock) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            lock.release();
            channel.close();
        }
    }

    /** Whether {@code snapshot} holds a model as far as one can tell without the hub: weights, all shards of them. */
    static boolean isComplete(Path snapshot) {
        var index = snapshot.resolve("model.safetensors.index.json");
        if (Files.exists(snapshot.resolve("model.safetensors"))) {
            return Files.exists(snapshot.resolve("config.json"));
        }
        if (!Files.exists(index)) {
            return PulledModels.gguf(snapshot).isPresent();
        }
        try {
            return new JsonMapper().readTree(Files.readAllBytes(index)).path("weight_map").valueStream()
                    .map(shard -> shard.asString("")).distinct()
                    .allMatch(shard -> Repository.isPlain(shard) && Files.exists(snapshot.resolve(shard)));
        } catch (JacksonException _) {
            return false;
        } catch (IOException e) {
            throw IoErrors.reading(index, e);
        }
    }
}
