// What a handler of the mock may give beside a value for JSON.

/** The outlet's no. */
export class Refused extends Error {
    /**
     * @param {number} status
     * @param {string} code
     * @param {string} message
     * @param {object} [details]
     * @param {Record<string, string>} [headers]
     */
    constructor(status, code, message, details, headers = {}) {
        super(message);
        this.status = status;
        this.code = code;
        this.details = details;
        this.headers = headers;
    }
}

/** Sends a browser elsewhere. */
export class Redirect {
    /** @param {string} location */
    constructor(location) {
        this.location = location;
    }
}

/** A reply that is not JSON. */
export class Text {
    /** @param {string} text @param {string} type */
    constructor(text, type) {
        this.text = text;
        this.type = type;
    }
}
