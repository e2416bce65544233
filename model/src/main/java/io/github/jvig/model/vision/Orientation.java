package io.github.jvig.model.vision;

/** Whether an image is turned as its EXIF orientation says, with which a camera records how it was held. */
public enum Orientation {
    /** Pixels are taken as the file stores them; the nets were evaluated like this. */
    STORED,
    /** A JPEG's EXIF orientation is obeyed, so that the image is as a viewer shows it. Other kinds are taken as stored. */
    EXIF
}
