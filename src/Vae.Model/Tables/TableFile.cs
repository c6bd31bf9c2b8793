namespace Vae.Model;

internal static class TableFile
{
    public const string UsualName = "table.safetensors";
    public const int RoomForHeader = 1 << 12;
}
