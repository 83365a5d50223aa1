"""The addresses of imports."""

from django.urls import path

from qunjian_console.ingest.views import imports, mappings, quality, receiving, uploads, workbench

app_name = "ingest"
urlpatterns = [
    path("", imports.show_list, name="imports"),
    path("uploads/", receiving.receive, name="receive"),
    path("uploads/<uuid:upload>/", uploads.show, name="upload"),
    path("uploads/<uuid:upload>/files/", receiving.add, name="add"),
    path("uploads/<uuid:upload>/examine/", uploads.examine, name="examine"),
    path("uploads/<uuid:upload>/choices/", uploads.choose, name="choose"),
    path("uploads/<uuid:upload>/start/", uploads.start, name="start"),
    path("uploads/<uuid:upload>/discard/", uploads.discard, name="discard"),
    path("uploads/<uuid:upload>/files/<int:number>/", uploads.show_file, name="file"),
    path("uploads/<uuid:upload>/files/<int:number>/remove/", uploads.remove_file, name="file-remove"),
    path("uploads/<uuid:upload>/files/<int:number>/mapping/", workbench.show, name="workbench"),
    path("uploads/<uuid:upload>/files/<int:number>/mapping/attempt/", workbench.attempt, name="attempt"),
    path("quality/", quality.show, name="quality"),
    path("quality/look/", quality.look, name="quality-look"),
    path("quality/one/<path:community>", quality.one, name="quality-one"),
    path("quality/moment/<path:community>", quality.moment, name="quality-moment"),
    path("mappings/", mappings.show_list, name="mappings"),
    path("mappings/<str:name>/", mappings.edit, name="mapping"),
    path("mappings/<str:name>/download/", mappings.download, name="mapping-download"),
    path("<str:import_id>/", imports.show_report, name="report"),
    path("<str:import_id>/undo/", imports.undo, name="undo"),
]
