"""A campus that runs Open edX's own LTI 1.3 code (`lti_consumer`): its block, keys, tokens, grades and database.

Only what the LMS around that code would do is written here: people and their login, one course with two blocks, pages.
"""
