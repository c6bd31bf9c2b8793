namespace Vae.Model.Tests;

public class BoundedFileTests
{
    [Fact]
    public void A_file_of_the_greatest_length_is_read_and_a_longer_one_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("file"), [1, 2, 3]);
        Assert.Equal([1, 2, 3], BoundedFile.ReadAll(folder.File("file"), most: 3));
        Assert.StartsWith(
            $"{folder.File("file")}: expected a file of at most 2 bytes, but found one of 3.",
            Assert.Throws<CheckpointException>(() => BoundedFile.ReadAll(folder.File("file"), most: 2)).Message);
    }

    // Lines are those that .NET reads, wherever they cross the end of the buffer.
    [Fact]
    public void Lines_of_all_lengths_are_read_as_they_are_in_the_file()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        for (var trial = 0; trial < 500; trial++)
        {
            var lines = Enumerable.Range(0, random.Next(8)).Select(_ => new string('x', random.Next(11)));
            var end = random.Next(2) == 0 ? "\n" : "\r\n";
            File.WriteAllText(
                folder.File("file"), string.Concat(lines.Select(line => line + end)) + new string('y', random.Next(11)));
            Assert.Equal(
                File.ReadAllLines(folder.File("file")), BoundedFile.ReadLines(folder.File("file"), most: 1000, mostInLine: 10));
        }
    }

    [Theory]
    [InlineData("xxxxxxxxxxxxx", 1, 0)]
    [InlineData("x\nyy\nxxxxxxxxxxxxx\n", 3, 5)]
    public void A_line_that_is_too_long_is_refused_with_its_number_and_offset(string text, int line, int offset)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), text);
        Assert.StartsWith(
            $"{folder.File("file")}, line {line}: at byte {offset}, expected a line of at most 10 bytes, but found a longer one.",
            Assert.Throws<CheckpointException>(
                () => BoundedFile.ReadLines(folder.File("file"), most: 1000, mostInLine: 10).Count()).Message);
    }
}
