#:project ../../src/Vae.Mnist/Vae.Mnist.csproj
#:property PublishAot=false

// The packages' icon: dotnet run docs/images/icon.cs. An autoencoder's hourglass, wide, narrow, wide, with a Gaussian between.
using System.Runtime.CompilerServices;
using Vae.Mnist;

const int Side = 128;
const double Spread = 7;                                              // the Gaussian's standard deviation, pixels

var icon = new GreyImage(Side, Side);
icon.Fill(0, 0, Side, Side, 24);
foreach (var (left, height, shade) in new[] { (10, 104, 150), (32, 68, 205), (84, 68, 205), (106, 104, 150) })
{
    icon.Fill(left, (Side - height) / 2, 12, height, (byte)shade);
}

for (var y = 46; y < 82; y++)
{
    for (var x = 48; x < 80; x++)
    {
        var (dx, dy) = (x + 0.5 - (Side / 2), y + 0.5 - (Side / 2));
        icon[x, y] = (byte)(24 + (231 * double.Exp(-((dx * dx) + (dy * dy)) / (2 * Spread * Spread))));
    }
}

Png.Write(Path.Combine(Folder(), "icon.png"), icon);

static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
