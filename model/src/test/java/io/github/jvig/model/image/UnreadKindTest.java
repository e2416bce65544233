package io.github.jvig.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
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
            \\0\\0\\1\\0|an ICO file
            P6 3 2 255|a PNM picture
            %PDF-1.4|a PDF file
            qoif|a QOI picture
            <svg xmlns|an SVG picture
            """)
    void picturesAndVideos(String start, String kind) {
        StringBuilder text = new StringBuilder(start.replace("\\0", "\0").replace("\\1", "\1").replace("\\f", "\f")
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
            PARIS|not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)
            """)
    void otherFiles(String start, String said) {
        assertEquals("a.jpg: " + said, message(start));
    }

    private static String message(String text) {
        byte[] file = text.getBytes(StandardCharsets.ISO_8859_1);
        return assertThrows(ImageException.class, () -> Images.read(file, "a.jpg")).getMessage();
    }
}
