using System.Security.Cryptography;

namespace Vae.Mnist.Tests;

public class DrawnDigitsTests
{
    private static readonly ImageSet Many = DrawnDigits.Draw(seed: 1, count: 5000);

    [Fact]
    public void The_same_seed_draws_the_same_images()
    {
        var again = DrawnDigits.Draw(seed: 1, count: 5000);

        Assert.Equal(Many.AllPixels(), again.AllPixels());
        Assert.Equal(Many.Labels, again.Labels);
    }

    [Fact]
    public void Another_seed_draws_other_images()
    {
        var other = DrawnDigits.Draw(seed: 2, count: 100);

        Assert.NotEqual(Many.Take(100).AllPixels(), other.AllPixels());
        Assert.NotEqual(Many.Take(100).Labels, other.Labels);
    }

    [Fact]
    public void An_image_depends_on_its_number_alone()
    {
        var pixels = new byte[784];

        var label = DrawnDigits.Draw(seed: 1, index: 4321, pixels);

        Assert.Equal(Many.Labels![4321], label);
        Assert.Equal(Many.Image(4321).ToArray(), pixels);
    }

    [Fact]
    public void The_bytes_are_the_same_on_every_machine()
    {
        Assert.Equal(
            "ba82cb24f9ad420c9affff198cade89b6bf54e0142d98087eca26cb02579159c",
            Convert.ToHexStringLower(SHA256.HashData(Many.AllPixels())));
    }

    [Fact]
    public void Every_image_has_ink_and_none_touches_the_edge()
    {
        for (var i = 0; i < Many.Count; i++)
        {
            var image = Many.Image(i);
            var ink = 0;
            for (var pixel = 0; pixel < 784; pixel++)
            {
                ink += image[pixel];
                var (y, x) = (pixel / 28, pixel % 28);
                Assert.False(image[pixel] > 0 && (y is 0 or 27 || x is 0 or 27), $"Image {i} has ink at row {y}, column {x}.");
            }

            Assert.True(ink > 20 * 128, $"Image {i} has hardly any ink.");
            Assert.True(ink < 392 * 255, $"Image {i} is more ink than paper.");
        }
    }

    [Fact]
    public void Each_digit_has_about_its_tenth()
    {
        for (byte digit = 0; digit < 10; digit++)
        {
            // 500 expected; the deviation of a binomial count is 21, and five of them are rare.
            Assert.InRange(Many.Labels!.Count(label => label == digit), 394, 606);
        }
    }

    [Fact]
    public void Images_of_one_digit_differ()
    {
        var images = Enumerable.Range(0, Many.Count).Select(i => Convert.ToHexString(Many.Image(i)));

        Assert.Equal(Many.Count, images.Distinct().Count());
    }

    [Fact]
    public void The_digits_can_be_told_apart()
    {
        // The nearest of 4,000 labelled images, a plain measure of whether a picture shows its label.
        var right = Enumerable.Range(4000, 200).Count(i => Many.Labels![Nearest(i)] == Many.Labels![i]);

        Assert.True(right >= 180, $"Only {right} of 200 are nearest to an image of the same digit.");
    }

    [Fact]
    public void A_span_or_number_of_the_wrong_size_is_refused()
    {
        Assert.Throws<ArgumentException>(() => DrawnDigits.Draw(1, 0, new byte[783]));
        Assert.Throws<ArgumentOutOfRangeException>(() => DrawnDigits.Draw(1, -1, new byte[784]));
        Assert.Throws<ArgumentOutOfRangeException>(() => DrawnDigits.Draw(1, 0));
    }

    private static int Nearest(int index)
    {
        var (best, nearest) = (long.MaxValue, -1);
        for (var i = 0; i < 4000; i++)
        {
            var a = Many.Image(i);
            var b = Many.Image(index);
            var distance = 0L;
            for (var pixel = 0; pixel < 784; pixel++)
            {
                var difference = a[pixel] - b[pixel];
                distance += difference * difference;
            }

            (best, nearest) = distance < best ? (distance, i) : (best, nearest);
        }

        return nearest;
    }
}
