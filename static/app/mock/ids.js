// Numbers that look random and are the same in every run.

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Numbers from 0 to below 1. @param {number} seed */
export function dice(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
}

/**
 * A prefix and a ULID of that second.
 * @param {string} prefix
 * @param {number} at seconds since 1970
 * @param {() => number} roll
 */
export function newID(prefix, at, roll) {
    let time = "";
    for (let left = Math.floor(at) * 1_000, place = 0; place < 10; place += 1, left = Math.floor(left / 32)) {
        time = alphabet[left % 32] + time;
    }
    return `${prefix}_${time}${Array.from({ length: 16 }, () => alphabet[Math.floor(roll() * 32)]).join("")}`;
}

/** @param {number} at seconds since 1970 */
export const timeText = (at) => new Date(Math.floor(at) * 1_000).toISOString().replace(".000Z", "Z");

/** @param {number | null} at */
export const optionalTime = (at) => (at === null ? null : timeText(at));
