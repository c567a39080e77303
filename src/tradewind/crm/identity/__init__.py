"""Who signs in, and in which roles.

Nouns: User (signs in with an e-mail address), Role (a fixed list), RoleAssignment (a dated row: who gave it, when
it ended), Source (another kind of such rows: `parties` has those of partners), Skill and UserSkill (what an agent can
talk about).
Invariants: an address belongs to one user, whatever its capitals; a user holds a role at most once at a time; a
partner's role is held at a company, never by a user alone; a role that ended stays in the table; an inactive user has
no session and no role; one administrator who can sign in stays.
Anyone above may read; roles change through `user.grant` and `user.withdraw`, which need who and when, and people are
let in and shut out through `user.switch_on` and `user.switch_off`. Back office: in `access`, whose `operations` see to
what administrators can look at. What a role may *do* is not decided here but in `access`.
"""
