package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is named like an image and is something else is called what it is. */
class UnreadKindTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            \\0\\0\\0 ftypavif|an AVIF picture
            \\0\\0\\0 ftypmif1\\0\\0\\0\\0mif1avif|an AVIF picture
            \\0\\0\\0 ftypmif1\\0\\0\\0\\0mif1heic|a HEIC picture
            \\0\\0\\0 ftypheic|a HEIC picture
            \\0\\0\\0 ftypisom|an MP4 or QuickTime video
            \\0\\0\\0 ftypcrx_|a camera's raw picture
            \\0\\0\\0\\fJXL_|a JPEG XL picture
            \\0\\0\\1\\0\\1\\0|an ICO file
            \\0\\0\\2\\0\\1\\0|a CUR file
            P6 3 2 255|a PNM picture
            %PDF-1.4|a PDF file
            qoif|a QOI picture
            <svg xmlns|an SVG picture
            ï»¿<svg xmlns|an SVG picture
            <?xml version="1.0" encoding="UTF-8" standalone="no"?><!-- Created with Inkscape (http://www.inkscape.org/) --><svg|an SVG picture
            """)
    void picturesAndVideos(String start, String kind) {
        StringBuilder text = new StringBuilder(
                start.replace("\\0", "\0").replace("\\1", "\1").replace("\\2", "\2").replace("\\f", "\f")
                        .replace('_', ' '));
        text.setLength(200);
        assertEquals("a.jpg: is " + kind + ", not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)",
                message(text.toString()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            version https://git-lfs.github.com/spec/v1|is a Git LFS pointer, the file itself was not fetched; run git lfs pull
            BZh91AY|is a bzip2 archive; unpack it and give the file that is in it
            Not found|not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)
            PK\\3\\4|is a zip archive; unpack it and give the files that are in it
            <?xml version="1.0"?><Error>|is an XML document, not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF); a download may have got an error message instead of the file
            PARIS|not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)
            """)
    void otherFiles(String start, String said) {
        assertEquals("a.jpg: " + said, message(start.replace("\\3", "\3").replace("\\4", "\4")));
    }

    @Test
    void aDicomFileAndAPngOfAnApplication() {
        assertEquals("a.jpg: is a DICOM file, not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)",
                message("\0".repeat(128) + "DICM" + "\0".repeat(200)));
        assertEquals("a.jpg: is a PNG as Xcode packs them for iPhones (CgBI); give the original",
                message("\u0089PNG\r\n\u001a\n\0\0\0\4CgBI" + "\0".repeat(60)));
    }

    /** A TGA of 64 x 64 pixels begins like a CUR file without pictures. */
    @Test
    void aTgaIsNoFileOfIcons() {
        assertEquals("a.jpg: not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)",
                message("\0\0\2\0\0\0\0\0\0\0\0\0@\0@\0\30\0" + "\0".repeat(60)));
    }

    /** A stream is looked at as far as a file is: the mark of a tar lies behind its first header. */
    @Test
    void aStreamToo() {
        byte[] tar = ("photo.jpg" + "\0".repeat(248) + "ustar" + "\0".repeat(300))
                .getBytes(StandardCharsets.ISO_8859_1);
        ImageException e = assertThrows(ImageException.class,
                () -> Images.read(new ByteArrayInputStream(tar), "a.jpg", Orientation.STORED));
        assertEquals("a.jpg: is a tar archive; unpack it and give the file that is in it", e.getMessage());
    }

    private static String message(String text) {
        byte[] file = text.getBytes(StandardCharsets.ISO_8859_1);
        return assertThrows(ImageException.class, () -> Images.read(file, "a.jpg")).getMessage();
    }
}
