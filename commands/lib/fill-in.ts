/** Of a field of a form that has to be filled in, and is empty; `hint` is what it takes. */
export const fillIn = (name: string, hint: string) => `Please fill this in: ${name} is ${hint}.`;
