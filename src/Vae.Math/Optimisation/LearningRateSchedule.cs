namespace Vae.Math;

/// <summary>The change of the learning rate from epoch to epoch; see <see cref="ScheduleOptions"/>.</summary>
public enum LearningRateSchedule
{
    /// <summary>The rate stays the same.</summary>
    Constant,

    /// <summary>The rate is multiplied by a factor after each fixed number of epochs.</summary>
    Step,

    /// <summary>The rate falls along half a cosine towards 0 (Loshchilov and Hutter 2016).</summary>
    Cosine,

    /// <summary>The rate falls to a tenth in eight stages, each three times as long as the one before
    /// (Burda et al. 2015).</summary>
    Burda,
}
