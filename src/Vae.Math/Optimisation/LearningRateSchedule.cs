namespace Vae.Math;

/// <summary>How the learning rate changes from epoch to epoch; see <see cref="ScheduleOptions"/>.</summary>
public enum LearningRateSchedule
{
    /// <summary>It does not.</summary>
    Constant,

    /// <summary>It is multiplied by the same factor each time so many epochs are over.</summary>
    Step,

    /// <summary>It falls along half a cosine from the first rate towards 0 (Loshchilov and Hutter 2016).</summary>
    Cosine,

    /// <summary>It falls to a tenth in eight stages, each three times as long as the one before (Burda et al. 2015).</summary>
    Burda,
}
