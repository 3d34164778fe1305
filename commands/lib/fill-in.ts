/** The message for a required form field that was left empty; `hint` says what it accepts. */
export const fillIn = (name: string, hint: string) => `Please fill this in: ${name} is ${hint}.`;
