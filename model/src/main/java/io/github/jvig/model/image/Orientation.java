package io.github.jvig.model.image;

/** Whether an image is turned as its EXIF orientation says, with which a camera records how it was held. */
public enum Orientation {
    /** Pixels are taken as the file stores them; the nets were evaluated like this. TIFF is turned nevertheless, as PIL does it. */
    STORED,
    /** The orientation in EXIF or XMP notes of JPEG, PNG and WebP is obeyed, as PIL's {@code exif_transpose} does it. */
    EXIF
}
