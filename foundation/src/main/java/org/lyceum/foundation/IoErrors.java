package org.lyceum.foundation;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Turns what the file system says into a sentence for a person. */
public final class IoErrors {
    private IoErrors() {
    }

    /** The sentence for a failure to read {@code path}. Exit status 1. */
    public static UserError reading(Path path, IOException cause) {
        return new UserError(switch (cause) {
            case NoSuchFileException _ -> "There is no file or folder " + path + "; check the path.";
            case AccessDeniedException _ -> "No permission to read " + path + "; change its mode or run as its owner.";
            case NotDirectoryException _ -> path + " is not a folder; name one.";
            case CharacterCodingException _ -> path + " is not UTF-8 text; it may be damaged, or another kind of file.";
            default -> "Could not read " + path + ": " + reason(cause) + ".";
        }, cause);
    }

    /** The sentence for a failure to write {@code path}; it says whether the disk is full. Exit status 1. */
    public static UserError writing(Path path, IOException cause) {
        var reason = reason(cause);
        if (reason.contains("No space left") || reason.contains("quota exceeded")) {
            return new UserError("No disk space left to write " + path + "; free some space and run the command again, it resumes.", cause);
        }
        for (var above = path.toAbsolutePath().getParent(); above != null; above = above.getParent()) {
            if (Files.isRegularFile(above)) {
                return new UserError(above + " is a file, so " + path + " cannot be written below it; choose another name.", cause);
            }
        }
        return new UserError(switch (cause) {
            case NoSuchFileException _ -> "The folder of " + path + " does not exist or vanished; create it first.";
            case AccessDeniedException _ -> "No permission to write " + path + "; choose another folder or change its mode.";
            case FileAlreadyExistsException _ -> path + " exists and is not a folder; choose another name.";
            default -> "Could not write " + path + ": " + reason + ".";
        }, cause);
    }

    private static String reason(IOException cause) {
        // A FileSystemException's message begins with the path, which the sentence has named already.
        var message = cause instanceof FileSystemException of && of.getReason() != null ? of.getReason() : cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message.strip().replaceAll("\\.$", "");
    }
}
