package io.github.jvig.model.vision;

/** What becomes of a camera's note on how it was held. */
public enum Orientation {
    /** Pixels as the file stores them: what the nets were evaluated with. */
    STORED,
    /** A JPEG's EXIF orientation is obeyed, so that the image stands as a viewer shows it. */
    EXIF
}
