namespace Vae.Mnist;

/// <summary>A tiny built-in font of 5 x 7 dots for the labels of figures: ASCII letters, numbers and a few signs.</summary>
internal static class DotFont
{
    /// <summary>Dots from top to bottom.</summary>
    public const int Height = 7;

    private const int Width = 5;
    private const int Advance = Width + 1;
    private const int LettersPerBand = 20;
    private const string Letters = "0123456789-.,:+=()/%_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Bands of seven lines; each band shows the next letters side by side.</summary>
    private static readonly string[] Bands =
    [
        // 0     1     2     3     4     5     6     7     8     9     -     .     ,     :     +     =     (     )     /     %
        ".###. ..#.. .###. .###. ...#. ##### ..##. ##### .###. .###. ..... ..... ..... ..... ..... ..... ...#. .#... ....# ##..#",
        "#...# .##.. #...# #...# ..##. #.... .#... ....# #...# #...# ..... ..... ..... .##.. ..#.. ..... ..#.. ..#.. ....# ##.#.",
        "#..## ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...# ..... ..... ..... .##.. ..#.. ##### .#... ...#. ...#. ...#.",
        "#.#.# ..#.. ...#. ..##. #..#. ....# ####. ..#.. .###. .#### ##### ..... ..... ..... ##### ..... .#... ...#. ..#.. ..#..",
        "##..# ..#.. ..#.. ....# ##### ....# #...# ..#.. #...# ....# ..... ..... .##.. .##.. ..#.. ##### .#... ...#. .#... .#...",
        "#...# ..#.. .#... #...# ...#. #...# #...# ..#.. #...# ...#. ..... .##.. ..#.. .##.. ..#.. ..... ..#.. ..#.. #.... .#.##",
        ".###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .##.. ..... .##.. .#... ..... ..... ..... ...#. .#... #.... #..##",
        // _     A     B     C     D     E     F     G     H     I     J     K     L     M     N     O     P     Q     R     S
        "..... .###. ####. .###. ####. ##### ##### .###. #...# .###. ..### #...# #.... #...# #...# .###. ####. .###. ####. .####",
        "..... #...# #...# #...# #...# #.... #.... #...# #...# ..#.. ...#. #..#. #.... ##.## ##..# #...# #...# #...# #...# #....",
        "..... #...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#. #.#.. #.... #.#.# ##..# #...# #...# #...# #...# #....",
        "..... ##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#. ##... #.... #.#.# #.#.# #...# ####. #...# ####. .###.",
        "..... #...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#. #.#.. #.... #...# #..## #...# #.... #.#.# #.#.. ....#",
        "..... #...# #...# #...# #...# #.... #.... #...# #...# ..#.. #..#. #..#. #.... #...# #..## #...# #.... #..#. #..#. ....#",
        "##### #...# ####. .###. ####. ##### #.... .###. #...# .###. .##.. #...# ##### #...# #...# .###. #.... .##.# #...# ####.",
        // T     U     V     W     X     Y     Z     a     b     c     d     e     f     g     h     i     j     k     l     m
        "##### #...# #...# #...# #...# #...# ##### ..... #.... ..... ....# ..... ..##. ..... #.... ..#.. ...#. #.... .##.. .....",
        "..#.. #...# #...# #...# #...# #...# ....# ..... #.... ..... ....# ..... .#... .#### #.... ..... ..... #.... ..#.. .....",
        "..#.. #...# #...# #...# .#.#. .#.#. ...#. .###. ####. .#### .#### .###. ####. #...# ####. .##.. ..##. #..#. ..#.. ##.#.",
        "..#.. #...# #...# #.#.# ..#.. ..#.. ..#.. ....# #...# #.... #...# #...# .#... #...# #...# ..#.. ...#. #.#.. ..#.. #.#.#",
        "..#.. #...# #...# #.#.# .#.#. ..#.. .#... .#### #...# #.... #...# ##### .#... .#### #...# ..#.. ...#. ##... ..#.. #.#.#",
        "..#.. #...# .#.#. ##.## #...# ..#.. #.... #...# #...# #.... #...# #.... .#... ....# #...# ..#.. #..#. #.#.. ..#.. #.#.#",
        "..#.. .###. ..#.. #...# #...# ..#.. ##### .#### ####. .#### .#### .###. .#... .###. #...# .###. .##.. #..#. .###. #.#.#",
        // n     o     p     q     r     s     t     u     v     w     x     y     z
        "..... ..... ..... ..... ..... ..... .#... ..... ..... ..... ..... ..... .....",
        "..... ..... ####. .#### ..... ..... .#... ..... ..... ..... ..... #...# .....",
        "####. .###. #...# #...# #.##. .#### ####. #...# #...# #...# #...# #...# #####",
        "#...# #...# #...# #...# ##... #.... .#... #...# #...# #...# .#.#. #...# ...#.",
        "#...# #...# ####. .#### #.... .###. .#... #...# #...# #.#.# ..#.. .#### ..#..",
        "#...# #...# #.... ....# #.... ....# .#... #...# .#.#. #.#.# .#.#. ....# .#...",
        "#...# .###. #.... ....# #.... ####. ..##. .#### ..#.. .#.#. #...# .###. #####",
    ];

    /// <summary>The width of a text, in dots from left to right.</summary>
    /// <param name="text">Any text; all letters have one width.</param>
    /// <returns>The width; 0 for an empty text.</returns>
    public static int WidthOf(string text) => int.Max(0, (text.Length * Advance) - 1);

    /// <summary>Draws a text. A blank stays empty; a letter without a shape becomes a box.</summary>
    /// <param name="image">The picture to draw on.</param>
    /// <param name="text">The text.</param>
    /// <param name="x">The text's left edge.</param>
    /// <param name="y">The text's top edge.</param>
    /// <param name="shade">The shade of the ink, 0 black to 255 white.</param>
    /// <param name="scale">The side of a dot in pixels, at least 1.</param>
    public static void Draw(GreyImage image, string text, int x, int y, byte shade, int scale = 1)
    {
        for (var i = 0; i < text.Length; i++)
        {
            for (var row = 0; row < Height; row++)
            {
                for (var column = 0; column < Width; column++)
                {
                    if (HasInk(text[i], row, column))
                    {
                        image.Fill(x + (((i * Advance) + column) * scale), y + (row * scale), scale, scale, shade);
                    }
                }
            }
        }
    }

    private static bool HasInk(char letter, int row, int column)
    {
        if (letter == ' ')
        {
            return false;
        }

        var index = Letters.IndexOf(letter, StringComparison.Ordinal);
        return index < 0
            ? row is 0 or Height - 1 || column is 0 or Width - 1
            : Bands[(index / LettersPerBand * Height) + row][(index % LettersPerBand * Advance) + column] == '#';
    }
}
