"""congvu (công vụ): the working system that the Regulation on electronic work describes."""
