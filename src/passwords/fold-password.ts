// A password as lists know it: a capital letter or «ё» in place of «е» does not make it harder to guess.
export const foldPassword = (password: string): string => password.normalize('NFKC').toLowerCase().replaceAll('ё', 'е');
