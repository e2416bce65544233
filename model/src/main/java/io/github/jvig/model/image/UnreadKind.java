package io.github.jvig.model.image;

import io.github.jvig.model.files.ForeignFile;
import java.nio.charset.StandardCharsets;

/** Says by its first bytes what a file is that is no image of a kind that is read. */
final class UnreadKind {
    private static final String[][] PICTURES = {{"8BPS", "a Photoshop file"}, {"%PDF", "a PDF file"},
            {"%!PS", "a PostScript file"}, {"DDS ", "a DDS picture"}, {"qoif", "a QOI picture"},
            {"v/1\u0001", "an OpenEXR picture"}, {"#?RADIANCE", "a Radiance HDR picture"},
            {"gimp xcf", "a GIMP file"}, {"BPG\u00fb", "a BPG picture"}, {"FLIF", "a FLIF picture"},
            {"icns", "an ICNS file"}, {"FUJIFILM", "a camera's raw picture"}, {"II\u00bc\u0001", "a JPEG XR picture"},
            {"\u00ff\n", "a JPEG XL picture"}, {"\u0000\u0000\u0000\fJXL ", "a JPEG XL picture"},
            {"\u0000\u0000\u0000\fjP  ", "a JPEG 2000 picture"}, {"\u00ffO\u00ffQ", "a JPEG 2000 picture"},
            {"\u001aE\u00df\u00a3", "a Matroska or WebM video"}, {"SIMPLE  =", "a FITS file"},
            {"\u0093NUMPY", "a NumPy array"}};

    private UnreadKind() {
    }

    /**
     * The end of a sentence that begins with the file.
     *
     * @param head its first {@link ImageFormat#SIGNATURE_BYTES} bytes, or all of it
     */
    static String of(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        String wanted = "an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)";
        if (text.startsWith("ftyp", 4)) {
            return "is " + media(text) + ", not " + wanted;
        }
        if (text.matches("(?s)P[1-7fF]\\s.*")) {
            return "is a PNM picture, not " + wanted;
        }
        if (text.startsWith("PK\u0003\u0004")) {
            return "is a zip archive; unpack it and give the files that are in it";
        }
        for (String[] picture : PICTURES) {
            if (text.startsWith(picture[0])) {
                return "is " + picture[1] + ", not " + wanted;
            }
        }
        String icons = icons(text);
        if (icons != null) {
            return "is " + icons + ", not " + wanted;
        }
        if (text.startsWith("DICM", 128)) {
            return "is a DICOM file, not " + wanted;
        }
        if (isSvg(text)) {
            return "is an SVG picture, not " + wanted;
        }
        return ForeignFile.kind(head, wanted).orElse("not " + wanted);
    }

    /** A zero, the kind, and how many pictures there are, of which there is one. A TGA begins alike, but has zeros there. */
    private static String icons(String text) {
        if (text.length() < 6 || !text.startsWith("\0\0") || text.charAt(3) != 0 || text.charAt(5) != 0
                || text.charAt(4) == 0) {
            return null;
        }
        return text.charAt(2) == 1 ? "an ICO file" : text.charAt(2) == 2 ? "a CUR file" : null;
    }

    /** With its mark of UTF-8, its prolog and its comments, or without. */
    private static boolean isSvg(String text) {
        String start = (text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text).stripLeading();
        return start.startsWith("<svg") || start.contains("<svg")
                && (start.startsWith("<?xml") || start.startsWith("<!--") || start.startsWith("<!DOCTYPE svg"));
    }

    /** ISO base media files are told apart by their brands, of which the first is the main one. */
    private static String media(String text) {
        if (text.startsWith("avi", 8)) {
            return "an AVIF picture";
        }
        if (text.startsWith("hei", 8) || text.startsWith("hev", 8)) {
            return "a HEIC picture";
        }
        if (text.startsWith("mif1", 8) || text.startsWith("msf1", 8)) {
            return text.contains("avif") ? "an AVIF picture" : "a HEIC picture";
        }
        return text.startsWith("crx ", 8) ? "a camera's raw picture" : "an MP4 or QuickTime video";
    }
}
