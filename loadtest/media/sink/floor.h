// The least that a forwarded packet can cost: sealed once, sent once.
#pragma once
#include <stdint.h>

/** Prints one line of JSON. Answers the exit code. */
int say_floor(uint32_t seconds);
