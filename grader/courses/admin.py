from django.contrib import admin

from grader.courses.models import Assignment, Course, Enrollment


class EnrollmentInline(admin.TabularInline):
    model = Enrollment
    autocomplete_fields = ["user"]
    extra = 0


class AssignmentInline(admin.TabularInline):
    model = Assignment
    extra = 0


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin):
    list_display = ["slug", "title"]
    search_fields = ["slug", "title"]
    inlines = [AssignmentInline, EnrollmentInline]
